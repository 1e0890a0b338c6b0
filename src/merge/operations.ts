import type { Json, JsonObject } from '../core/json.ts';
import type { Operation } from '../core/outcome.ts';
import type { Pod } from '../core/pod.ts';

/** What is to be added to a pod, collected by place; turned into JSON Patch once, at the end. */
export interface Additions {
  readonly containers: JsonObject[];
  /** Before those of the app. */
  readonly earlyInitContainers: JsonObject[];
  readonly initContainers: JsonObject[];
  readonly volumes: JsonObject[];
  /** By the index of the app container. */
  readonly mounts: Map<number, JsonObject[]>;
  readonly env: { readonly index: number; readonly variable: JsonObject }[];
  readonly annotations: Map<string, string>;
  readonly fields: Map<string, Json>;
}

export function noAdditions(): Additions {
  return {
    containers: [],
    earlyInitContainers: [],
    initContainers: [],
    volumes: [],
    mounts: new Map(),
    env: [],
    annotations: new Map(),
    fields: new Map(),
  };
}

/**
 * The additions as JSON Patch: one `add` for each thing, a whole array or object where the pod has none.
 * Nothing that the app wrote is replaced, and its order stays. Indices change only where init containers come before the
 * app's, and no other edit goes by these.
 */
export function operationsOf(pod: Pod, additions: Additions): Operation[] {
  const edits: Operation[] = [];
  addToObject(edits, '/metadata', pod.metadata, 'annotations', additions.annotations);
  for (const [field, value] of additions.fields) edits.push({ op: 'add', path: `/spec/${escaped(field)}`, value });
  append(edits, '/spec/volumes', pod.spec.volumes, additions.volumes);
  addInitContainers(edits, pod.spec.initContainers, additions);
  for (const [index, mounts] of [...additions.mounts].sort(([a], [b]) => a - b)) {
    append(edits, `/spec/containers/${index}/volumeMounts`, pod.spec.containers[index]?.volumeMounts, mounts);
  }
  if (additions.env.length > 0) addVariables(edits, pod, additions.env);
  append(edits, '/spec/containers', pod.spec.containers, additions.containers);
  return edits;
}

function addVariables(edits: Operation[], { spec }: Pod, added: Additions['env']): void {
  for (const [index, container] of spec.containers.entries()) {
    const env = added.filter((each) => each.index === index).map(({ variable }) => variable);
    append(edits, `/spec/containers/${index}/env`, Array.isArray(container.env) ? container.env : undefined, env);
  }
}

function addInitContainers(edits: Operation[], present: readonly Json[] | undefined, additions: Additions): void {
  const { earlyInitContainers: early, initContainers: late } = additions;
  const path = '/spec/initContainers';
  if (early.length === 0) append(edits, path, present, late);
  else if (present == null) append(edits, path, present, [...early, ...late]);
  else {
    for (const [i, value] of early.entries()) edits.push({ op: 'add', path: `${path}/${i}`, value });
    append(edits, path, present, late);
  }
}

/** `add` with a path that ends in `-` appends; a list that is absent (or null) is added whole. */
function append(edits: Operation[], path: string, present: readonly Json[] | undefined, items: readonly Json[]): void {
  if (items.length === 0) return;
  if (present == null) edits.push({ op: 'add', path, value: items });
  else for (const value of items) edits.push({ op: 'add', path: `${path}/-`, value });
}

function addToObject(
  edits: Operation[],
  parentPath: string,
  parent: JsonObject | undefined,
  key: 'annotations',
  entries: ReadonlyMap<string, string>,
): void {
  if (entries.size === 0) return;
  const present = parent?.[key];
  if (parent == null) edits.push({ op: 'add', path: parentPath, value: { [key]: Object.fromEntries(entries) } });
  else if (present == null) edits.push({ op: 'add', path: `${parentPath}/${key}`, value: Object.fromEntries(entries) });
  else {
    for (const [name, value] of entries) {
      const op = Object.hasOwn(present as JsonObject, name) ? 'replace' : 'add';
      edits.push({ op, path: `${parentPath}/${key}/${escaped(name)}`, value });
    }
  }
}

/** A key as part of a JSON pointer (RFC 6901). */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
