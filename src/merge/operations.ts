import { type Json, type JsonObject, pointerKey } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import type { Operation } from '../core/outcome.ts';
import type { Problem, Warning } from '../core/problem.ts';
import { containerAt, stepsTo } from './app-containers.ts';
import { type Budget, budgetOf } from './budget.ts';
import { type LimitRangeDefaults, limitRangeDefaults, limitRangerKey } from './limit-range.ts';

/** What is added to a pod, collected by where it goes; it becomes a JSON Patch once, at the end. */
export interface Additions {
  readonly containers: JsonObject[];
  /** Each goes before the init container of the pod with the index `before`; at the end where there is none. */
  readonly initContainers: { readonly before: number; readonly container: JsonObject }[];
  readonly volumes: JsonObject[];
  /** By the index of the container: see app-containers.ts. */
  readonly mounts: Map<number, JsonObject[]>;
  readonly env: Map<number, Variables>;
  readonly annotations: Map<string, string>;
  readonly fields: Map<string, Json>;
}

/** The variables of one container of the app. */
export interface Variables {
  /** Those that the container has, with their place in its list, and those that are added. */
  readonly byName: Map<Json | undefined, { readonly variable: JsonObject; readonly at?: number }[]>;
  readonly added: JsonObject[];
}

/** A merge under way: the pod, what is added to it, and what is wrong. */
export interface Merge {
  readonly pod: Pod;
  readonly additions: Additions;
  readonly problems: Problem[];
  readonly warnings: Warning[];
  /** Names of all injected containers. */
  readonly names: ReadonlySet<string>;
  readonly budget: Budget | undefined;
  readonly defaults: LimitRangeDefaults | undefined;
}

export function beginMerge(pod: Pod, names: ReadonlySet<string>): Merge {
  const additions: Additions = {
    ...{ containers: [], initContainers: [], volumes: [] },
    ...{ mounts: new Map(), env: new Map(), annotations: new Map(), fields: new Map() },
  };
  const budget = pod.spec.resources == null ? undefined : budgetOf(pod);
  const limitRange = pod.metadata?.annotations?.[limitRangerKey];
  const defaults = typeof limitRange !== 'string' ? undefined : limitRangeDefaults(pod, limitRange);
  return { pod, additions, problems: [], warnings: [], names, budget, defaults };
}

/**
 * The additions as JSON Patch: one `add` for each item, or a whole array or object where the pod has none. Nothing that
 * the app wrote is replaced, and its order stays. Indices change only where init containers go before the app's, so
 * what goes into the app's comes first.
 */
export function operationsOf({ pod, additions }: Merge): Operation[] {
  const operations: Operation[] = [];
  addAnnotations(operations, pod, additions.annotations);
  for (const [field, value] of additions.fields)
    operations.push({ op: 'add', path: `/spec/${pointerKey(field)}`, value });
  append(operations, '/spec/volumes', pod.spec.volumes, additions.volumes);
  for (const [index, mounts] of [...additions.mounts].sort(([a], [b]) => a - b)) {
    append(operations, `${pointerTo(pod, index)}/volumeMounts`, containerAt(pod, index)?.volumeMounts, mounts);
  }
  for (const [index, { added }] of [...additions.env].sort(([a], [b]) => a - b)) {
    const env = containerAt(pod, index)?.env;
    append(operations, `${pointerTo(pod, index)}/env`, Array.isArray(env) ? env : undefined, added);
  }
  addInitContainers(operations, pod.spec.initContainers, additions.initContainers);
  append(operations, '/spec/containers', pod.spec.containers, additions.containers);
  return operations;
}

function pointerTo(pod: Pod, index: number): string {
  return `/${stepsTo(pod, index).join('/')}`;
}

function addInitContainers(
  operations: Operation[],
  present: readonly Json[] | undefined,
  added: Additions['initContainers'],
): void {
  const sorted = added.toSorted((a, b) => a.before - b.before);
  const path = '/spec/initContainers';
  const containers = sorted.map(({ container }) => container);
  if (present == null) append(operations, path, present, containers);
  else
    for (const [i, { before, container: value }] of sorted.entries())
      operations.push({ op: 'add', path: `${path}/${before < present.length ? before + i : '-'}`, value });
}

/** `add` with a path that ends in `-` appends; a list that is absent (or null) is added whole. */
function append(
  operations: Operation[],
  path: string,
  present: readonly Json[] | undefined,
  items: readonly Json[],
): void {
  if (items.length === 0) return;
  if (present == null) operations.push({ op: 'add', path, value: items });
  else for (const value of items) operations.push({ op: 'add', path: `${path}/-`, value });
}

function addAnnotations(operations: Operation[], { metadata }: Pod, added: ReadonlyMap<string, string>): void {
  if (added.size === 0) return;
  const present = metadata?.annotations;
  if (metadata == null)
    operations.push({ op: 'add', path: '/metadata', value: { annotations: Object.fromEntries(added) } });
  else if (present == null)
    operations.push({ op: 'add', path: '/metadata/annotations', value: Object.fromEntries(added) });
  else {
    for (const [name, value] of added) {
      const op = Object.hasOwn(present, name) ? 'replace' : 'add';
      operations.push({ op, path: `/metadata/annotations/${pointerKey(name)}`, value });
    }
  }
}
