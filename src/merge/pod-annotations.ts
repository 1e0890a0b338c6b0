import { annotationPath } from '../core/annotations.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { Fragment } from '../template/fragment.ts';
import { isThere, type Merge, type Placement } from './placement.ts';

/**
 * Annotations that describe one thing together, such as where to scrape a pod: half of them beside the other half of
 * somebody else's would describe what nobody meant. So all of them are added, or none where one has another value.
 */
export function mergePodAnnotations({ pod, additions, warnings }: Merge, { fragment, selected }: Placement): void {
  const wanted = fragment.podAnnotations;
  const present = pod.metadata?.annotations ?? {};
  const said = (key: string) => (Object.hasOwn(present, key) ? present[key] : additions.annotations.get(key));
  const missing = Object.entries(wanted).filter(([key, value]) => said(key) !== value);
  const other = missing.find(([key]) => said(key) !== undefined);
  if (!other) for (const [key, value] of missing) additions.annotations.set(key, value);
  // A second call, for a pod that has the sidecar by now, would only repeat it.
  else if (!isThere(pod, fragment)) warnings.push(leftOut(wanted, other[0], said(other[0]) ?? '', selected));
}

function leftOut(
  wanted: Fragment['podAnnotations'],
  key: string,
  value: string,
  { template, instance }: SelectedInstance,
): string {
  const name = instance === '' ? template.name : `${template.name}.${instance}`;
  const shown = JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value);
  return `${annotationPath(key)} is ${shown}: the sidecar ${name} sets none of ${Object.keys(wanted).join(', ')}`;
}
