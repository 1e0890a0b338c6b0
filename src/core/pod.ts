import type { Json, JsonObject } from './json.ts';
import { isObject } from './json.ts';
import { isMistyped, mistypedAnnotation } from './mistyped-annotation.ts';
import type { Problem } from './problem.ts';

/** A pod, or a workload's pod template: only what the engine looks at is named, everything else is kept as it is. */
export interface Pod extends JsonObject {
  readonly metadata?: PodMetadata;
  readonly spec: PodSpec;
}

export interface PodMetadata extends JsonObject {
  readonly name?: string;
  readonly generateName?: string;
  readonly annotations?: { readonly [key: string]: string };
  readonly labels?: { readonly [key: string]: string };
}

export interface PodSpec extends JsonObject {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly NamedObject[];
}

export interface NamedObject extends JsonObject {
  readonly name: string;
}

export interface Container extends NamedObject {
  readonly volumeMounts?: readonly VolumeMount[];
  readonly ports?: readonly JsonObject[];
}

export interface VolumeMount extends NamedObject {
  readonly mountPath: string;
  readonly subPath?: string;
}

/** Where a malformed pod is wrong: the first place at which what the engine relies on is of another shape. */
function firstProblem(pod: Json | undefined): [path: string, expected: string] | undefined {
  if (!isObject(pod)) return ['', 'an object'];
  const { metadata, spec } = pod;
  if (metadata != null && !isObject(metadata)) return ['metadata', 'an object'];
  const annotations = metadata?.annotations;
  if (annotations != null && !isObject(annotations)) return ['metadata.annotations', 'an object'];
  if (!isObject(spec)) return ['spec', 'an object'];
  if (!Array.isArray(spec.containers)) return ['spec.containers', 'a list of containers'];
  return (
    problemInList(spec.containers, 'spec.containers', true) ??
    problemInList(spec.initContainers, 'spec.initContainers', true) ??
    problemInList(spec.volumes, 'spec.volumes', false)
  );
}

function problemInList(list: Json | undefined, path: string, containers: boolean): [string, string] | undefined {
  if (list == null) return undefined;
  if (!Array.isArray(list)) return [path, 'a list'];
  for (let i = 0; i < list.length; i++) {
    const item: Json = list[i];
    if (!isObject(item)) return [`${path}[${i}]`, 'an object'];
    if (typeof item.name !== 'string') return [`${path}[${i}].name`, 'a string'];
    if (!containers) continue;
    const problem = problemInMounts(item.volumeMounts) ?? problemInPorts(item.ports);
    if (problem) return [`${path}[${i}].${problem[0]}`, problem[1]];
  }
  return undefined;
}

function problemInMounts(list: Json | undefined): [string, string] | undefined {
  if (list == null) return undefined;
  if (!Array.isArray(list)) return ['volumeMounts', 'a list'];
  for (let i = 0; i < list.length; i++) {
    const item: Json = list[i];
    if (!isObject(item)) return [`volumeMounts[${i}]`, 'an object'];
    if (typeof item.mountPath !== 'string') return [`volumeMounts[${i}].mountPath`, 'a string'];
  }
  return undefined;
}

function problemInPorts(list: Json | undefined): [string, string] | undefined {
  if (list == null) return undefined;
  if (!Array.isArray(list)) return ['ports', 'a list'];
  const wrong = list.findIndex((item) => !isObject(item));
  return wrong < 0 ? undefined : [`ports[${wrong}]`, 'an object'];
}

/**
 * The value as a pod, or what is wrong with it. Looks only at what the engine relies on, keeps the object itself (no copy),
 * and leaves every other field to the API server's own validation.
 */
export function readPod(value: Json | undefined): { pod: Pod } | { problems: readonly Problem[] } {
  const problem = firstProblem(value);
  const mistyped = mistypedOf(value);
  // The checks above are exactly the shape that Pod declares.
  if (!problem && !mistyped) return { pod: value as unknown as Pod };
  return { problems: [...(mistyped ?? []), ...(problem ? [malformed(problem)] : [])] };
}

/** All of them at once: whoever forgets the quotes of one value forgets those of others. */
function mistypedOf(pod: Json | undefined): Problem[] | undefined {
  const annotations = isObject(pod) && isObject(pod.metadata) ? pod.metadata.annotations : undefined;
  if (!isObject(annotations)) return undefined;
  let problems: Problem[] | undefined;
  for (const key in annotations) {
    const value = annotations[key];
    if (!isMistyped(key, value)) continue;
    problems ??= [];
    problems.push(mistypedAnnotation(key, value ?? null));
  }
  return problems;
}

function malformed([path, expected]: [path: string, expected: string]): Problem {
  return {
    code: 'malformed-pod',
    path,
    message: `${path === '' ? 'The pod' : path} is not what Kubernetes expects there.`,
    fix: `It must be ${expected}.`,
  };
}
