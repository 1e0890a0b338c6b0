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
  const entries = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)]));
}
