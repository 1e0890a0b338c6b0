import { Document } from 'yaml';
import type { Json } from '../core/json.ts';
import { nodesOf } from './line-nodes.ts';
import { readLines } from './line-reader.ts';
import { parse } from './parse.ts';
import type { Problem } from './problems.ts';
import { parseOptions } from './schema.ts';

/** A document with the tokens of its text. */
export interface Editable {
  readonly document: Document;
  /** Nothing else has a part of it, so it may be changed. */
  readonly value: Json;
}

/** Parses one document with the position of every token. */
export function parseForEditing(text: string): Editable | { readonly problem: Problem } {
  const lines = readLines(text);
  if (!lines) {
    const parsed = parse(text, true);
    return 'problem' in parsed ? parsed : { document: parsed.document, value: plain(parsed.value) };
  }
  const document = new Document(undefined, parseOptions(true));
  document.contents = nodesOf(lines, text);
  return { document, value: lines.value };
}

/** A copy as JSON has it: nothing shared, no negative zero. */
export function plain(value: Json): Json {
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  if (Array.isArray(value)) return value.map(plain);
  const copy: Record<string, Json> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    if (key === '__proto__') Object.defineProperty(copy, key, { ...ownValue, value: plain(inner) });
    else copy[key] = plain(inner);
  }
  return copy;
}

/** Assigning to `__proto__` would not make a key. */
const ownValue = { enumerable: true, writable: true, configurable: true } as const;
