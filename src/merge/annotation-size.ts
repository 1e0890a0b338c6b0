import { annotationPath } from '../core/annotations.ts';
import type { Pod } from '../core/pod.ts';
import type { Problem } from '../core/problem.ts';

/** What Kubernetes stores at most, keys and values added up. Source: apimachinery, TotalAnnotationSizeLimitB. */
const limit = 256 * 1024;

/** Annotations that would make the API server refuse the pod with a message that names no cause. */
export function annotationProblems(pod: Pod, added: ReadonlyMap<string, string>): Problem[] {
  if (added.size === 0) return [];
  const present = pod.metadata?.annotations ?? {};
  if (atMost(present, added) <= limit) return [];
  const all = { ...present, ...Object.fromEntries(added) };
  let size = 0;
  for (const key in all) size += Buffer.byteLength(key) + Buffer.byteLength(all[key] ?? '');
  if (size <= limit) return [];
  const [largest = ''] = Object.keys(all).sort((a, b) => (all[b]?.length ?? 0) - (all[a]?.length ?? 0));
  return [
    {
      code: 'annotation-too-large',
      path: annotationPath(largest),
      message: `With what the sidecars add, the annotations come to ${size} bytes; Kubernetes stores ${limit}.`,
      fix: 'Shorten the largest annotation.',
    },
  ];
}

/** A UTF-16 unit is three bytes at most in UTF-8: a bound that costs nothing, and nearly always is enough. */
function atMost(present: { readonly [key: string]: string }, added: ReadonlyMap<string, string>): number {
  let units = 0;
  for (const key in present) units += key.length + (present[key]?.length ?? 0);
  for (const [key, value] of added) units += key.length + value.length;
  return units * 3;
}
