import fastJsonPatch, { type Operation } from 'fast-json-patch';
import type { Edit } from '../../src/api/outcome.ts';
import type { GeneratedPod } from './pods.ts';

/** The patch that takes an injection back: removes in the reverse order, and former values of what was replaced. */
export function inverse(patch: readonly Edit[], before: GeneratedPod): Edit[] {
  const inverted: Operation[] = [];
  const document = structuredClone(before);
  for (const edit of patch) {
    const path = edit.path.endsWith('/-') ? edit.path.replace(/-$/, String(lengthAt(document, edit.path))) : edit.path;
    if (edit.op === 'replace')
      inverted.unshift({ op: 'replace', path, value: fastJsonPatch.getValueByPointer(document, path) });
    else inverted.unshift({ op: 'remove', path });
    fastJsonPatch.applyOperation(document, structuredClone(edit) as Operation, false, true, false);
  }
  // Inverse operations are JSON Patch like the edits themselves; `remove` is the one that the engine never makes.
  return inverted as unknown as Edit[];
}

function lengthAt(document: unknown, path: string): number {
  return fastJsonPatch.getValueByPointer(document, path.replace(/\/-$/, '')).length;
}
