import type { Operation } from '../core/outcome.ts';
import { type EditedDocument, editDocument } from './edit-document.ts';
import type { Part } from './list-parts.ts';
import type { Splice } from './splice.ts';

const insideItem = /^\/items\/(\d+)(?=\/)/;

/** Operations a document part by part, when it was read so and the edits stay within its parts; see `editDocument`. */
export function editInParts(
  text: string,
  parts: readonly Part[],
  edits: readonly Operation[],
): EditedDocument | undefined {
  const byPart = Map.groupBy(edits, ({ path }) => parts[Number(insideItem.exec(path)?.[1] ?? -1)]);
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
