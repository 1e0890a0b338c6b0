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
  readonly value: Json;
}

/** Parses one document with the position of every token. */
export function parseForEditing(text: string): Editable | { readonly problem: Problem } {
  const lines = readLines(text);
  if (!lines) return parse(text, true);
  const document = new Document(undefined, parseOptions(true));
  document.contents = nodesOf(lines, text);
  return { document, value: lines.value };
}
