import type { InjectedSidecar, Operation } from '../core/outcome.ts';
import { keptPatch } from '../engine/kept-patch.ts';
import { patchText } from './patch-text.ts';

/** Characters. A few hundred plans are remembered, each with one patch at most. */
const longestKept = 64 * 1024;

/**
 * A patch in Base64, as a review's answer holds it. The pods of a workload get the same edits, of the very same values, one
 * after the other: they are encoded once. Comparing them costs a tenth of encoding them.
 */
export function encodedPatch(patch: readonly Operation[], sidecars: readonly InjectedSidecar[]): string {
  const place = keptPatch(sidecars);
  if (place && place.text !== '' && areSame(place.patch, patch)) return place.text;
  const text = base64(patchText(patch));
  if (place && text.length <= longestKept) {
    place.text = text;
    place.patch = patch;
  }
  return text;
}

function areSame(a: readonly Operation[], b: readonly Operation[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [a[i], b[i]];
    if (one?.op !== other?.op || one?.path !== other?.path || !isSame(one?.value, other?.value)) return false;
  }
  return true;
}

/** Lists are made for one pod, their items are not; what else is not the very same counts as different. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => item === b[i]);
}

/** Where patches of the usual size are encoded: memory of its own for each would cost more than the encoding. */
const desk = Buffer.allocUnsafe(64 * 1024);

function base64(text: string): string {
  // A UTF-16 unit is three bytes at most in UTF-8.
  if (text.length * 3 > desk.length) return Buffer.from(text, 'utf8').toString('base64');
  return desk.toString('base64', 0, desk.write(text, 'utf8'));
}
