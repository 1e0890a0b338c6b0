import { jsonTokens } from '../../yaml-edit/json-tokens.ts';
import { indentStart, nextLine } from '../../yaml-edit/lines.ts';

/** The part of a document that holds one item of a List. It can be parsed and edited on its own. */
export interface Part {
  readonly from: number;
  readonly to: number;
  /**
   * The steps from the value of the part to the item: the part is a list of one item in block style, the item in JSON.
   */
  readonly steps: readonly ['0'] | readonly [];
}

/**
 * The items of a List as `kubectl get -o yaml` and `-o json` write it; undefined for anything else. This does not parse
 * the text: a part may still turn out not to be a document. Lists are the one kind of document that grows to many
 * megabytes, and parsing one as a whole takes about a hundred times its size in memory.
 */
export function listParts(text: string): readonly Part[] | undefined {
  if (/^\s*\{/.test(text)) return /"kind"\s*:\s*"\w*List"/.test(text) ? jsonParts(text) : undefined;
  return /^kind:[ \t]*["']?\w*List\b/m.test(text) ? blockParts(text) : undefined;
}

function blockParts(text: string): readonly Part[] | undefined {
  const head = /^items:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*(?= *- )/m.exec(text);
  if (!head) return undefined;
  const starts: number[] = [];
  let at = head.index + head[0].length;
  const indent = / */y.exec(text.slice(at, at + 99))?.[0] ?? '';
  const inside = new RegExp(`${indent}(?:(-(?=\\s))|[ \\t])|[ \\t]*(?:#|\\r?$)`, 'my');
  for (; at < text.length; at = nextLine(text, at)) {
    inside.lastIndex = at;
    const match = inside.exec(text);
    if (!match) break;
    if (match[1]) starts.push(at);
  }
  return starts.map((from, i) => ({ from, to: starts[i + 1] ?? at, steps: ['0'] }));
}

/** Depth 1 is the List, 2 the array of its items, 3 an item. */
function jsonParts(text: string): readonly Part[] {
  const parts: Part[] = [];
  let depth = 0;
  let key = '';
  let inItems = false;
  let from = 0;
  for (const { type, start, end } of jsonTokens(text)) {
    if (type === 'string') {
      if (depth === 1) key = text.slice(start, end);
    } else if (type === 'open') {
      depth++;
      if (depth === 2) inItems = key === '"items"' && text[start] === '[';
      if (depth === 3) from = indentStart(text, start);
    } else {
      if (depth === 3 && inItems) parts.push({ from, to: end, steps: [] });
      depth--;
    }
  }
  return parts;
}
