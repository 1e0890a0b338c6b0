import fastJsonPatch from 'fast-json-patch';
import type { Operation } from '../../src/core/outcome.ts';
import type { GeneratedPod } from './pods.ts';

/** The patch that takes an injection back: removes in the reverse order, and former values of what was replaced. */
export function inverse(patch: readonly Operation[], before: GeneratedPod): Operation[] {
  const inverted: (Operation | { op: 'remove'; path: string })[] = [];
  const document = structuredClone(before);
  for (const edit of patch) {
    const path = edit.path.endsWith('/-') ? edit.path.replace(/-$/, String(lengthAt(document, edit.path))) : edit.path;
    if (edit.op === 'replace')
      inverted.unshift({ op: 'replace', path, value: fastJsonPatch.getValueByPointer(document, path) });
    else inverted.unshift({ op: 'remove', path });
    fastJsonPatch.applyOperation(document, structuredClone(edit), false, true, false);
  }
  // Inverse operations are JSON Patch like the edits themselves; `remove` is the one that the engine never makes.
  return inverted as unknown as Operation[];
}

function lengthAt(document: unknown, path: string): number {
  return fastJsonPatch.getValueByPointer(document, path.replace(/\/-$/, '')).length;
}
