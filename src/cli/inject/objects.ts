import { isObject, type Json, type JsonObject } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import type { ObjectRole } from '../../engine/misplaced-parts.ts';
import { kindOfObject, type WorkloadKind, workloadKinds } from '../../workload/kinds.ts';
import { withNames } from '../../workload/names.ts';
import { templatesOf } from '../../workload/templates.ts';

/** An object of a manifest: the document itself, or an item of a list in it. */
export interface Found {
  /** The steps from the document to the object. */
  readonly steps: readonly string[];
  readonly object: JsonObject;
  readonly kind: string;
  readonly name: string;
  /** As kubectl names it: `deployment/web`. */
  readonly title: string;
  readonly role: ObjectRole;
  /** Only of workloads. */
  readonly workload?: WorkloadKind;
  /** The steps from the object to each of its pod templates; none for a pod, which is its own. */
  readonly pods: readonly (readonly string[])[];
}

/** The Kubernetes objects of a document, those of lists one by one. `kinds` are those that have pod templates. */
export function objectsIn(
  value: Json,
  kinds: readonly WorkloadKind[] = workloadKinds,
  steps: readonly string[] = [],
  kindInList = '',
): Found[] {
  if (!isObject(value)) return [];
  const kind = typeof value.kind === 'string' ? value.kind : kindInList;
  if (kind.endsWith('List') && Array.isArray(value.items)) {
    const inner = kind.slice(0, -'List'.length);
    return value.items.flatMap((item: Json, i) => objectsIn(item, kinds, [...steps, 'items', String(i)], inner));
  }
  if (kind === '') return [];
  const name = nameOf(value);
  const title = printable(`${kind.toLowerCase()}/${name === '' ? '(no name)' : name}`);
  return [{ steps, object: value, kind, name, title, ...podsOf(kind, value, kinds) }];
}

function podsOf(
  kind: string,
  object: JsonObject,
  kinds: readonly WorkloadKind[],
): Pick<Found, 'role' | 'workload' | 'pods'> {
  const apiVersion = typeof object.apiVersion === 'string' ? object.apiVersion : undefined;
  const isCore = (apiVersion ?? 'v1') === 'v1';
  if (kind === 'Pod' && isCore) return { role: 'pod', pods: [[]] };
  if (kind === 'Namespace' && isCore) return { role: 'namespace', pods: [] };
  const workload = kindOfObject(kinds, apiVersion, kind);
  if (!workload) return { role: 'other', pods: [] };
  return { role: 'workload', workload, pods: templatesOf(object, workload).map(({ steps }) => steps) };
}

function nameOf({ metadata }: JsonObject): string {
  const { name, generateName } = isObject(metadata) ? metadata : {};
  if (typeof name === 'string') return name;
  return typeof generateName === 'string' ? `${generateName}*` : '';
}

/** The pod of an object at the end of the steps, with the names that its containers get. */
export function podAt(
  { object, workload }: Pick<Found, 'object' | 'workload'>,
  steps: readonly string[],
): Json | undefined {
  return withNames(valueAt(object, steps), workload);
}

/** The value at the end of the steps. */
export function valueAt(value: Json | undefined, steps: readonly string[]): Json | undefined {
  let at = value;
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = isObject(at) ? at[step] : at[Number(step)];
  }
  return at;
}
