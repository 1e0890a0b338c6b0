import { fromWorkloadKey, prefix, statusKey } from './annotations.ts';
import { isObject, type Json } from './json.ts';

/** Annotations by their keys. */
export type Annotations = { readonly [key: string]: string };

/**
 * What the annotations of a workload say, as its pod template carries it: JSON with sorted keys, without their prefix,
 * such as `{"topz":"true"}`. Keys that the template has itself override those of the workload and are left out.
 * Undefined where the workload says nothing. Pods and templates outlive an upgrade of the injector, so this format
 * never changes.
 */
export function carriedText(workload: Json | undefined, template: Json | undefined): string | undefined {
  const own = isObject(template) ? template : {};
  const says = isObject(workload) ? workload : {};
  const carried = Object.entries(says)
    .filter(([key, value]) => isCarried(key) && typeof value === 'string' && !Object.hasOwn(own, key))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key.slice(prefix.length), value] as const);
  return carried.length === 0 ? undefined : JSON.stringify(Object.fromEntries(carried));
}

/**
 * The annotations of the workload, from what the pod template carries. Undefined for anything that is not of that form.
 */
export function readCarried(text: string): Annotations | undefined {
  let says: unknown;
  try {
    says = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(says)) return undefined;
  const annotations: [string, string][] = [];
  for (const [word, value] of Object.entries(says)) {
    if (typeof value !== 'string') return undefined;
    annotations.push([prefix + word, value]);
  }
  return Object.fromEntries(annotations);
}

/** What the pods of a workload see of its annotations: those that its pod template carries. */
export function carriedAnnotations(workload: Json | undefined, template: Json | undefined): Annotations {
  const text = carriedText(workload, template);
  return (text === undefined ? undefined : readCarried(text)) ?? {};
}

/** True for the annotations of users, not for those that the injector writes. */
export function isCarried(key: string): boolean {
  return key.startsWith(prefix) && key !== statusKey && key !== fromWorkloadKey;
}
