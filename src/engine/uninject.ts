import { statusKey } from '../core/annotations.ts';
import { objectAt } from '../core/fields.ts';
import { isSidecarName } from '../core/instance.ts';
import { isObject, type Json, type JsonObject, objectsOf, pointerKey, scalarText } from '../core/json.ts';
import type { Edit } from '../core/outcome.ts';
import { isOurs } from '../core/pod.ts';
import { own, readStatus, type Status } from '../core/status.ts';

/** What takes the sidecars out of a pod, and their names. */
export interface Removal {
  readonly edits: readonly Edit[];
  readonly sidecars: readonly string[];
}

/**
 * The edits that take out of a pod what its annotation `sidecar.io/status` names, or undefined where the pod has no
 * status that an injector has written. No template is needed: a sidecar can have been renamed or deleted since. Applied
 * to an injected pod, they give the pod as it was, but for annotations that only the injector writes. What was changed
 * by hand in a sidecar is lost.
 */
export function uninject(pod: Json | undefined): Removal | undefined {
  if (!isObject(pod) || !isObject(pod.spec)) return undefined;
  const annotations = objectAt(pod, 'metadata.annotations');
  const text = annotations[statusKey];
  const status = readStatus(typeof text === 'string' ? text : undefined);
  if (!status) return undefined;
  const edits = [...specEdits(pod.spec, status), ...annotationEdits(objectAt(pod, 'metadata'), annotations, status)];
  return { edits, sidecars: status.sidecars.map(({ name }) => name) };
}

function specEdits(spec: JsonObject, { sidecars, added }: Status): Edit[] {
  const edits: Edit[] = [];
  // A status that names others was not written by an injector.
  const containers = new Set(sidecars.flatMap((each) => each.containers).filter(isSidecarName));
  const isUnrecorded = Object.keys(added).length === 0;
  const volumes = new Set((isUnrecorded ? mountedIn(spec, containers) : added.volumes)?.filter(isSidecarName));
  const [mounts, env] = [added.mounts, added.env].map(
    (names) => new Map(Object.entries(names ?? {}).map(([key, list]) => [key, countsOf(list)])),
  );
  for (const list of ['containers', 'initContainers']) {
    for (const [i, container] of itemsOf(spec[list]).entries()) {
      if (!isObject(container) || containers.has(scalarText(container.name))) continue;
      const name = scalarText(container.name);
      // A container that was renamed or added since can have a mount of a volume that goes.
      const isMount = (mount: JsonObject) =>
        volumes.has(scalarText(mount.name)) || countIn(mounts, scalarText(mount.mountPath), name) > 0;
      const variables = lastVariables(container.env, env, name);
      const isVariable = (variable: JsonObject) => variables.has(variable);
      for (const [field, isAdded] of [
        ['volumeMounts', isMount],
        ['env', isVariable],
      ] as const)
        edits.push(
          ...without(container[field], `/spec/${list}/${i}/${field}`, isAdded, own(added.empty, `${name}/${field}`)),
        );
    }
  }
  const isSidecar = ({ name }: JsonObject) => containers.has(scalarText(name));
  edits.push(...without(spec.containers, '/spec/containers', isSidecar, []));
  edits.push(...without(spec.initContainers, '/spec/initContainers', isSidecar, own(added.empty, 'initContainers')));
  const isVolume = ({ name }: JsonObject) => volumes.has(scalarText(name));
  edits.push(...without(spec.volumes, '/spec/volumes', isVolume, own(added.empty, 'volumes')));
  for (const field of added.fields ?? [])
    if (own(spec, field) === true) edits.push(back(`/spec/${pointerKey(field)}`, own(added.empty, field)));
  return edits;
}

/** The volumes that these containers mount. The status of the first versions had no record of what was added. */
function mountedIn(spec: JsonObject, containers: ReadonlySet<string>): string[] {
  return [...objectsOf(spec.containers), ...objectsOf(spec.initContainers)]
    .filter(({ name }) => containers.has(scalarText(name)))
    .flatMap(({ volumeMounts }) => objectsOf(volumeMounts).map(({ name }) => scalarText(name)));
}

/** How often something was added to a container: by what was added, then by the name of the container. */
type Counts = ReadonlyMap<string, ReadonlyMap<string, number>> | undefined;

function countIn(counts: Counts, added: string, container: string): number {
  return counts?.get(added)?.get(container) ?? 0;
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The variables that were added to a container. Where a name is there more often, the app's entries come first. */
function lastVariables(env: Json | undefined, counts: Counts, container: string): Set<JsonObject> {
  const found = new Set<JsonObject>();
  const seen = new Map<string, number>();
  for (const variable of objectsOf(env).toReversed()) {
    const name = scalarText(variable.name);
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    if (number <= countIn(counts, name, container)) found.add(variable);
  }
  return found;
}

function annotationEdits(metadata: JsonObject, annotations: JsonObject, { added }: Status): Edit[] {
  const keys = Object.keys(annotations);
  const ours = keys.filter((key) => isOurs(key) || added.annotations?.includes(key));
  if (ours.length < keys.length)
    return ours.map((key) => ({ op: 'remove', path: `/metadata/annotations/${pointerKey(key)}` }));
  const before = own(added.empty, 'annotations');
  const isOnly = before === undefined && Object.keys(metadata).length === 1;
  return [isOnly ? back('/metadata', own(added.empty, 'metadata')) : back('/metadata/annotations', before)];
}

/** Takes items out of a list, from its end so that indices stay; the whole list where nothing else is in it. */
function without(
  list: Json | undefined,
  path: string,
  isAdded: (item: JsonObject) => boolean,
  before: Json | undefined,
): Edit[] {
  const items = itemsOf(list);
  const found = items.flatMap((item, i) => (isObject(item) && isAdded(item) ? [i] : []));
  if (found.length === 0) return [];
  if (found.length === items.length) return [back(path, before)];
  return found.reverse().map((i) => ({ op: 'remove', path: `${path}/${i}` }));
}

/** Gives a value back as it was: null, empty or absent. */
function back(path: string, before: Json | undefined): Edit {
  return before === undefined ? { op: 'remove', path } : { op: 'replace', path, value: before };
}

function itemsOf(list: Json | undefined): readonly Json[] {
  return Array.isArray(list) ? list : [];
}
