import type { Problem } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { Fragment } from '../template/fragment.ts';
import type { Merge } from './operations.ts';
import { isPresent, type Placement } from './placement.ts';

/** The limit of Kubernetes for keys and values together, in bytes. Source: apimachinery, TotalAnnotationSizeLimitB. */
const limit = 256 * 1024;

/** Sets an annotation of the injector, whatever the pod has. */
export function addAnnotation({ pod, additions }: Merge, key: string, value: string): void {
  if (pod.metadata?.annotations?.[key] !== value) additions.annotations.set(key, value);
}

/**
 * Adds the annotations of a sidecar that describe one thing together, such as where to scrape the pod. Half of them beside
 * half of somebody else's would describe something that does not exist, so all are added, or none where one has another value.
 */
export function mergePodAnnotations({ pod, additions, warnings }: Merge, { fragment, selected }: Placement): void {
  const { podAnnotations } = fragment;
  const present = pod.metadata?.annotations ?? {};
  const current = (key: string) => (Object.hasOwn(present, key) ? present[key] : additions.annotations.get(key));
  const missing = Object.entries(podAnnotations).filter(([key, value]) => current(key) !== value);
  const other = missing.find(([key]) => current(key) !== undefined);
  if (!other) for (const [key, value] of missing) additions.annotations.set(key, value);
  // A reinvocation would only repeat the warning.
  else if (!isPresent(pod, fragment))
    warnings.push(leftOut(podAnnotations, other[0], current(other[0]) ?? '', selected));
}

function leftOut(
  podAnnotations: Fragment['podAnnotations'],
  key: string,
  value: string,
  { template, instance }: SelectedInstance,
): string {
  const name = instance === '' ? template.name : `${template.name}.${instance}`;
  const shown = JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value);
  return `${pathOf({ kind: 'pod', key })} is ${shown}: the sidecar ${name} sets none of ${Object.keys(podAnnotations).join(', ')}`;
}

/** Annotations that would make the API server refuse the pod with a message that does not name the cause. */
export function annotationProblems({ pod, additions }: Merge): Problem[] {
  const added = additions.annotations;
  if (added.size === 0) return [];
  const present = pod.metadata?.annotations ?? {};
  if (upperBound(present, added) <= limit) return [];
  const all = { ...present, ...Object.fromEntries(added) };
  let size = 0;
  for (const key in all) size += Buffer.byteLength(key) + Buffer.byteLength(all[key] ?? '');
  if (size <= limit) return [];
  const [largest = ''] = Object.keys(all).sort((a, b) => (all[b]?.length ?? 0) - (all[a]?.length ?? 0));
  return [
    {
      code: 'annotation-too-large',
      path: pathOf({ kind: 'pod', key: largest }),
      message: `With those of the sidecars, the annotations have ${size} bytes; Kubernetes allows ${limit}.`,
      fix: 'Shorten the largest annotation.',
    },
  ];
}

/** In bytes. A UTF-16 unit has at most three bytes in UTF-8, so this is cheap and nearly always enough. */
function upperBound(present: { readonly [key: string]: string }, added: ReadonlyMap<string, string>): number {
  let units = 0;
  for (const key in present) units += key.length + (present[key]?.length ?? 0);
  for (const [key, value] of added) units += key.length + value.length;
  return units * 3;
}
