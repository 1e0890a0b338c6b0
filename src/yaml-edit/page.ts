import { type Document, isNode, visit } from 'yaml';
import { isJson } from './json-tokens.ts';
import { columnOf } from './lines.ts';
import { startOfItem } from './tokens.ts';

/** A document's text, and the habits of whoever wrote it. */
export interface Page {
  readonly text: string;
  readonly lineBreak: '\n' | '\r\n';
  /** By how much a map stands further in than the key it belongs to: spaces, or tabs in a JSON file. */
  readonly step: string;
  /** By how much the dashes of a list stand further in than the key it belongs to. */
  readonly listStep: number;
  /** True for a JSON file, in which nothing but JSON may be written. */
  readonly json: boolean;
  /** What follows a colon and a comma on the same line of a flow collection: a space, or nothing in packed JSON. */
  readonly gap: '' | ' ';
  /** Texts of several lines are written between quotes, never as blocks. */
  readonly quotesOnly?: boolean;
}

/** Reads the habits of a document: the first example of each counts. */
export function pageOf(text: string, document: Document): Page {
  const json = /^\s*[{[]/.test(text) && isJson(text);
  return {
    text,
    lineBreak: text.includes('\r\n') ? '\r\n' : '\n',
    step: json ? jsonStep(text) : ' '.repeat(distance(text, document, 'block-map') ?? 2),
    listStep: distance(text, document, 'block-seq') ?? 0,
    json,
    gap: json && /^\s*[{[]\s*"(?:[^"\\]|\\.)*":\S/.test(text) ? '' : ' ',
  };
}

/** By how much the first line that stands further in than the first line of all does so. */
function jsonStep(text: string): string {
  const outer = /^\s*?([ \t]*)\S/.exec(text)?.[1] ?? '';
  return /^\S[^\n]*\n([ \t]+)\S/.exec(text.trimStart())?.[1]?.slice(outer.length) || '  ';
}

/** How far the first block collection of a kind stands from the key it belongs to. */
function distance(text: string, document: Document, type: 'block-map' | 'block-seq'): number | undefined {
  let found: number | undefined;
  visit(document, {
    Pair(_, pair) {
      const token = isNode(pair.value) ? pair.value.srcToken : undefined;
      const key = isNode(pair.key) ? pair.key.srcToken : undefined;
      if (token?.type !== type || !key || key.type === undefined || !('offset' in key)) return undefined;
      const start = token.items[0] && startOfItem(token.items[0]);
      if (start === undefined) return undefined;
      const far = columnOf(text, start) - columnOf(text, key.offset);
      if (far < 0 || (type === 'block-map' && far === 0)) return undefined;
      found = far;
      return visit.BREAK;
    },
  });
  return found;
}
