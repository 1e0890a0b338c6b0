import { filesPrefix, prefix, statusKey } from './annotations.ts';
import { isObject, type Json, type JsonObject, objectsOf } from './json.ts';
import { isMistyped, mistypedAnnotation } from './mistyped-annotation.ts';
import type { Pod } from './objects.ts';
import type { Problem } from './problem.ts';

/** The path of a value of the wrong shape, the shape it must have, and the value. */
type WrongShape = readonly [path: string, expected: string, value: Json | undefined];

/**
 * The value as a pod, or what is wrong with it. Checks only what the engine relies on, keeps the object itself (no
 * copy), and leaves every other field to the API server's own validation.
 */
export function readPod(value: Json | undefined): { pod: Pod } | { problems: readonly Problem[] } {
  const wrong = wrongShape(value);
  const mistyped = mistypedAnnotations(value);
  // The checks above are exactly the shape that Pod declares.
  if (!wrong && !mistyped) return { pod: value as unknown as Pod };
  return { problems: [...(mistyped ?? []), ...(wrong ? [malformed(wrong)] : [])] };
}

/** The first value that the engine reads and that has the wrong shape. */
function wrongShape(pod: Json | undefined): WrongShape | undefined {
  if (!isObject(pod)) return ['', 'an object', pod];
  const { metadata, spec } = pod;
  if (metadata != null && !isObject(metadata)) return ['metadata', 'an object', metadata];
  const annotations = metadata?.annotations;
  if (annotations != null && !isObject(annotations)) return ['metadata.annotations', 'an object', annotations];
  if (!isObject(spec)) return ['spec', 'an object', spec];
  if (!Array.isArray(spec.containers)) return ['spec.containers', 'a list of containers', spec.containers];
  return (
    wrongInList(spec.containers, 'spec.containers', true) ??
    wrongInList(spec.initContainers, 'spec.initContainers', true) ??
    wrongInList(spec.volumes, 'spec.volumes', false)
  );
}

function wrongInList(list: Json | undefined, path: string, containers: boolean): WrongShape | undefined {
  if (list == null) return undefined;
  if (!Array.isArray(list)) return [path, 'a list', list];
  for (let i = 0; i < list.length; i++) {
    const item: Json = list[i];
    if (!isObject(item)) return [`${path}[${i}]`, 'an object', item];
    if (typeof item.name !== 'string') return [`${path}[${i}].name`, 'a string', item.name];
    if (!containers) continue;
    const wrong = wrongInMounts(item.volumeMounts) ?? wrongInPorts(item.ports);
    if (wrong) return [`${path}[${i}].${wrong[0]}`, wrong[1], wrong[2]];
  }
  return undefined;
}

function wrongInMounts(list: Json | undefined): WrongShape | undefined {
  if (list == null) return undefined;
  if (!Array.isArray(list)) return ['volumeMounts', 'a list', list];
  for (let i = 0; i < list.length; i++) {
    const item: Json = list[i];
    if (!isObject(item)) return [`volumeMounts[${i}]`, 'an object', item];
    if (typeof item.mountPath !== 'string') return [`volumeMounts[${i}].mountPath`, 'a string', item.mountPath];
  }
  return undefined;
}

function wrongInPorts(list: Json | undefined): WrongShape | undefined {
  if (list == null) return undefined;
  if (!Array.isArray(list)) return ['ports', 'a list', list];
  const wrong = list.findIndex((item) => !isObject(item));
  return wrong < 0 ? undefined : [`ports[${wrong}]`, 'an object', list[wrong]];
}

/**
 * The problem of each sidecar annotation that is not a string; undefined without one. All of them at once: a user who
 * forgets the quotes of one value often forgets others.
 */
export function mistypedAnnotations(pod: Json | undefined): Problem[] | undefined {
  const annotations = isObject(pod) && isObject(pod.metadata) ? pod.metadata.annotations : undefined;
  if (!isObject(annotations)) return undefined;
  const problems: Problem[] = [];
  for (const key in annotations) {
    const value = annotations[key];
    if (typeof value === 'string') continue;
    if (isMistyped(key, value)) problems.push(mistypedAnnotation(key, value ?? null));
  }
  return problems.length > 0 ? problems : undefined;
}

function malformed([path, expected, value]: WrongShape): Problem {
  // In YAML, `n` and `on` are booleans.
  const quote = expected === 'a string' && /^(boolean|number)$/.test(typeof value) ? ' Put it in quotes.' : '';
  return {
    code: 'malformed-pod',
    path,
    message: `${path === '' ? 'The pod' : path} ${value == null ? 'is missing' : 'has the wrong type'}.`,
    fix: `It must be ${expected}.${quote}`,
  };
}

/** True for the annotations that an injection adds to a pod: its status and the files of sidecars. */
export function isOurs(key: string): boolean {
  return key === statusKey || key.startsWith(filesPrefix);
}

/**
 * True when the pod has the status of an earlier injection. Anyone can write that annotation, so it proves nothing by
 * itself.
 */
export function isReinvocation({ metadata }: Pod): boolean {
  return metadata?.annotations?.[statusKey] !== undefined;
}

/** A key that can be meant for the injector, although the injector does not read it. */
export type Suspect = readonly [field: 'annotations' | 'labels', key: string];

/** Few pods have one; a hostile pod has thousands. */
const maxSuspects = 64;

/**
 * The keys that begin with an s, 64 annotations and 64 labels at most, but not the sidecar annotations where these are
 * read. `misplacedKeys` looks at them closely.
 */
export function suspectsIn(metadata: Json | undefined, isRead: boolean): readonly Suspect[] {
  const suspects: Suspect[] = [];
  for (const field of ['annotations', 'labels'] as const) {
    const map = isObject(metadata) ? metadata[field] : undefined;
    if (!isObject(map)) continue;
    const most = suspects.length + maxSuspects;
    for (const key in map) {
      if (key[0] !== 's' && key[0] !== 'S') continue;
      if (field === 'annotations' && isRead && key.startsWith(prefix)) continue;
      if (suspects.push([field, key]) === most) break;
    }
  }
  return suspects;
}

/**
 * The ports of a container as `number/PROTOCOL`: those it declares, and those of its probes. A probe with a `host` is
 * of another machine.
 */
export function portsOf(container: JsonObject): string[] {
  const declared = objectsOf(container.ports).flatMap(({ containerPort, protocol = 'TCP' }) =>
    typeof containerPort === 'number' && typeof protocol === 'string' ? [`${containerPort}/${protocol}`] : [],
  );
  const probes = [container.livenessProbe, container.readinessProbe, container.startupProbe];
  const probed = probes.flatMap((probe) => (isObject(probe) ? [probe.httpGet, probe.tcpSocket, probe.grpc] : []));
  return [
    ...declared,
    ...probed.flatMap((action) =>
      isObject(action) && typeof action.port === 'number' && !action.host ? [`${action.port}/TCP`] : [],
    ),
  ];
}
