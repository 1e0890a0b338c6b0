import { isObject, type Json } from '../../core/json.ts';
import type { Edit } from '../../core/outcome.ts';
import { type EditedDocument, editDocument } from '../../yaml-edit/edit-document.ts';
import type { Splice } from '../../yaml-edit/lines.ts';
import type { Problem } from '../../yaml-edit/problems.ts';
import { readValue } from '../../yaml-edit/read-value.ts';
import { groupBy } from '../group-by.ts';
import { listParts, type Part } from './list-parts.ts';

/** The value of a document, and the parts in which it was parsed. */
export interface ReadDocument {
  readonly value: Json;
  readonly parts: readonly Part[];
}

/** Reads a document: a List item by item where possible, everything else as a whole. */
export function readDocument(text: string): ReadDocument | { readonly problem: Problem } {
  const parts = listParts(text) ?? [];
  const value = parts.length > 0 ? listValue(text, parts) : undefined;
  if (value !== undefined) return { value, parts };
  const read = readValue(text);
  return 'problem' in read ? read : { value: read.value, parts: [] };
}

/**
 * The value of a List; undefined when its parts cannot be parsed one by one, for example because they share anchors.
 */
function listValue(text: string, parts: readonly Part[]): Json | undefined {
  const frame = readValue(text.slice(0, parts[0]?.from) + text.slice(parts.at(-1)?.to));
  if ('problem' in frame || !isObject(frame.value)) return undefined;
  const { items: rest } = frame.value;
  if (rest !== null && !(Array.isArray(rest) && rest.length === 0)) return undefined;
  const items: Json[] = [];
  for (const { from, to, steps } of parts) {
    const parsed = readValue(text.slice(from, to));
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

const insideItem = /^\/items\/(\d+)(?=\/)/;

/** Edits a document part by part when all edits are inside its parts, otherwise as a whole; see `editDocument`. */
export function editInParts(text: string, parts: readonly Part[], edits: readonly Edit[]): EditedDocument | undefined {
  const byPart = groupBy(edits, ({ path }) => parts[Number(insideItem.exec(path)?.[1] ?? -1)]);
  const splices: Splice[] = [];
  const warnings: string[] = [];
  for (const [part, own] of byPart) {
    if (!part || byPart.has(undefined)) return editDocument(text, edits);
    const inside = own.map((edit) => ({ ...edit, path: edit.path.replace(insideItem, pointer(part)) }));
    const edited = editDocument(text.slice(part.from, part.to), inside);
    if (!edited || edited.anew) return editDocument(text, edits);
    for (const { from, to, text } of edited.splices) splices.push({ from: part.from + from, to: part.from + to, text });
    for (const warning of edited.warnings) warnings.push(warning);
  }
  return { splices, warnings };
}

function pointer({ steps }: Part): string {
  return steps.map((step) => `/${step}`).join('');
}
