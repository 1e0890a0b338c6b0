import type { Json } from '../core/json.ts';
import { type LineScalar, uncommon } from './line-tree.ts';
import { plainScalar } from './schema.ts';

const word = /[\w./][\w./-]{0,199}(?=:[ \n])/y;
const single = /'(?:[^'\n]|'')*'/y;
const double = /"(?:[^"\\\n]|\\["\\nrt])*"/y;
/** Blanks are only inside, and so are colons and hashes, where they mark nothing. */
const plain = /(?:[\w./$~+]|-(?=[^ \n]))(?: *[^ \n:#]|:(?=[^ \n])|#)*/y;
const plainInFlow = /(?:[\w./$~+]|-(?=\w|-))[\w./$~+=%@()-]*/y;

/** Where the match that begins at a position ends; -1 without one. */
function endOfMatch(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : -1;
}

/** The key at a position, which ends at its colon; undefined where there is none. */
export function keyAt(text: string, at: number): LineScalar<string> | undefined {
  const quoted = quotedAt(text, at);
  if (quoted) return text[quoted.to] === ':' && /[ \n]/.test(text[quoted.to + 1] ?? '') ? quoted : undefined;
  const to = endOfMatch(word, text, at);
  if (to < 0) return undefined;
  const value = text.slice(at, to);
  return plainValue(value) === value ? { kind: 'plain', value, from: at, to } : undefined;
}

/** The scalar at a position, quoted or not. */
export function scalarAt(text: string, at: number, inFlow: boolean): LineScalar {
  const quoted = quotedAt(text, at);
  if (quoted) return quoted;
  const to = endOfMatch(inFlow ? plainInFlow : plain, text, at);
  if (to < 0) throw uncommon;
  return { kind: 'plain', value: plainValue(text.slice(at, to)), from: at, to };
}

function quotedAt(text: string, at: number): LineScalar<string> | undefined {
  const kind = text[at] === '"' ? 'double' : text[at] === "'" ? 'single' : undefined;
  if (!kind) return undefined;
  const to = endOfMatch(kind === 'double' ? double : single, text, at);
  if (to < 0) throw uncommon;
  const inside = text.slice(at + 1, to - 1);
  if (kind === 'single') return { kind, value: inside.replaceAll("''", "'"), from: at, to };
  return { kind, value: inside.includes('\\') ? JSON.parse(`"${inside}"`) : inside, from: at, to };
}

/** The value of an unquoted scalar. Only few look like a number or a word such as `true`. */
function plainValue(text: string): Json {
  return /^(?:[-+.~\d]|[nNyYtTfFoO][a-zA-Z]{0,4}$)/.test(text) ? plainScalar(text) : text;
}

/** The literal block at a position, below a collection at a column; the line behind its header begins it. */
export function literalAt(text: string, at: number, column: number): LineScalar<string> {
  const isClipped = text.startsWith('|\n', at);
  if (!isClipped && !text.startsWith('|-\n', at)) throw uncommon;
  const begin = text.indexOf('\n', at);
  const first = endOfMatch(/\n+/y, text, begin);
  const indent = text.slice(first, endOfMatch(/ */y, text, first));
  if (indent.length <= column) throw uncommon;
  let to = begin;
  for (let line = first; text.startsWith(indent, line); ) {
    to = text.indexOf('\n', line);
    // A line of mere blanks, of which readers keep more or less.
    if (text[to - 1] === ' ' && text.slice(line, to).trim() === '') throw uncommon;
    line = to + 1;
    while (text[line] === '\n') line++;
  }
  const value = text.slice(begin, to).replaceAll(`\n${indent}`, '\n').slice(1);
  return { kind: 'literal', value: isClipped ? `${value}\n` : value, from: at, to };
}
