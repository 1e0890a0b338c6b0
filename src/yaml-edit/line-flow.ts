import type { Json } from '../core/json.ts';
import { keyAt, scalarAt } from './line-scalar.ts';
import { type LineFlow, type LineScalar, uncommon } from './line-tree.ts';

/** More than any manifest has on one line. */
const maxDepth = 20;

/** The flow collection at a position, on one line. */
export function flowAt(text: string, from: number, depth = 0): LineFlow {
  if (depth > maxDepth) throw uncommon;
  return text[from] === '{' ? flowMap(text, from, depth) : flowList(text, from, depth);
}

function flowList(text: string, from: number, depth: number): LineFlow {
  const value: Json[] = [];
  const items: LineFlow['items'] = [];
  let at = afterBlanks(text, from + 1);
  while (text[at] !== ']') {
    const node = nodeAt(text, at, depth);
    items.push({ node });
    value.push(node.value);
    at = nextItem(text, node.to, ']');
  }
  return { kind: 'flow', value, from, to: at + 1, items };
}

function flowMap(text: string, from: number, depth: number): LineFlow {
  const value: Record<string, Json> = {};
  const items: LineFlow['items'] = [];
  let at = afterBlanks(text, from + 1);
  while (text[at] !== '}') {
    const key = keyAt(text, at);
    if (!key || key.value === '__proto__' || Object.hasOwn(value, key.value)) throw uncommon;
    const node = nodeAt(text, afterBlanks(text, key.to + 1), depth);
    items.push({ key, node });
    value[key.value] = node.value;
    at = nextItem(text, node.to, '}');
  }
  return { kind: 'flow', value, from, to: at + 1, items };
}

function nodeAt(text: string, at: number, depth: number): LineFlow | LineScalar {
  return text[at] === '{' || text[at] === '[' ? flowAt(text, at, depth + 1) : scalarAt(text, at, true);
}

/** Where the next item begins, or where the end of the collection is. */
function nextItem(text: string, end: number, close: ']' | '}'): number {
  const at = afterBlanks(text, end);
  if (text[at] === close) return at;
  const next = afterBlanks(text, at + 1);
  if (text[at] !== ',' || text[next] === close) throw uncommon;
  return next;
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ') at++;
  return at;
}
