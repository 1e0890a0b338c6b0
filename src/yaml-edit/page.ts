import { isCollection, isNode, isPair, type Node, type Pair } from 'yaml';
import { isJson } from './json-tokens.ts';
import { columnOf } from './lines.ts';
import { startOfItem } from './tokens.ts';

/** A document's text and its style. */
export interface Page {
  readonly text: string;
  readonly lineBreak: '\n' | '\r\n';
  /** The indentation of a map below its key: spaces, or tabs in a JSON file. */
  readonly step: string;
  /** The indentation of the dashes of a list below its key. */
  readonly listStep: number;
  /** True for a JSON file. */
  readonly json: boolean;
  /** The text after a colon or comma in a flow collection: a space, or nothing in compact JSON. */
  readonly gap: '' | ' ';
  /** Write strings with several lines in quotes, not as block scalars. */
  readonly quotesOnly?: boolean;
}

/** Finds out the style of a document from the first example of each habit. */
export function pageOf(text: string, root: Node | null): Page {
  const json = /^\s*[{[]/.test(text) && isJson(text);
  return {
    text,
    lineBreak: text.includes('\r\n') ? '\r\n' : '\n',
    step: json ? jsonStep(text) : ' '.repeat(distance(text, root, 'block-map') ?? 2),
    listStep: distance(text, root, 'block-seq') ?? 0,
    json,
    gap: json && /^\s*[{[]\s*"(?:[^"\\]|\\.)*":\S/.test(text) ? '' : ' ',
  };
}

/** The indentation of the second line relative to the first one. */
function jsonStep(text: string): string {
  const outer = /^\s*?([ \t]*)\S/.exec(text)?.[1] ?? '';
  return /^\S[^\n]*\n([ \t]+)\S/.exec(text.trimStart())?.[1]?.slice(outer.length) || '  ';
}

/** The indentation of the first block collection of a type below its key. */
function distance(text: string, node: unknown, type: 'block-map' | 'block-seq'): number | undefined {
  if (!isCollection(node)) return undefined;
  for (const item of node.items) {
    const far = isPair(item)
      ? (distanceOf(text, item, type) ?? distance(text, item.value, type))
      : distance(text, item, type);
    if (far !== undefined) return far;
  }
  return undefined;
}

function distanceOf(text: string, { key, value }: Pair, type: 'block-map' | 'block-seq'): number | undefined {
  const token = isNode(value) ? value.srcToken : undefined;
  const name = isNode(key) ? key.srcToken : undefined;
  if (token?.type !== type || !name || !('offset' in name)) return undefined;
  const start = token.items[0] && startOfItem(token.items[0]);
  if (start === undefined) return undefined;
  const far = columnOf(text, start) - columnOf(text, name.offset);
  return far < 0 || (type === 'block-map' && far === 0) ? undefined : far;
}
