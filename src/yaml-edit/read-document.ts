import { isObject, type Json } from '../core/json.ts';
import { listParts, type Part } from './list-parts.ts';
import { parse } from './parse.ts';
import type { Problem } from './problems.ts';

/** What a document says, and the parts in which it was read. */
export interface ReadDocument {
  readonly value: Json;
  readonly parts: readonly Part[];
}

/** Reads a document: a List item by item where that is possible, everything else as a whole. */
export function readDocument(text: string): ReadDocument | { readonly problem: Problem } {
  const parts = listParts(text) ?? [];
  const value = parts.length > 0 ? listValue(text, parts) : undefined;
  if (value !== undefined) return { value, parts };
  const parsed = parse(text);
  return 'problem' in parsed ? parsed : { value: parsed.value, parts: [] };
}

/** The value of a List; undefined when its parts do not make sense one by one, as when they share anchors. */
function listValue(text: string, parts: readonly Part[]): Json | undefined {
  const frame = parse(text.slice(0, parts[0]?.from) + text.slice(parts.at(-1)?.to));
  if ('problem' in frame || !isObject(frame.value)) return undefined;
  const { items: rest } = frame.value;
  if (rest !== null && !(Array.isArray(rest) && rest.length === 0)) return undefined;
  const items: Json[] = [];
  for (const { from, to, steps } of parts) {
    const parsed = parse(text.slice(from, to));
    if ('problem' in parsed) return undefined;
    const item: Json | undefined = steps.length === 0 ? parsed.value : onlyItem(parsed.value);
    if (!isObject(item)) return undefined;
    items.push(item);
  }
  return { ...frame.value, items };
}

function onlyItem(value: Json): Json | undefined {
  return Array.isArray(value) && value.length === 1 ? value[0] : undefined;
}
