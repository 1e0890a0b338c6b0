import type { Json, JsonObject } from '../api/json.ts';
import type { Edit } from '../api/outcome.ts';
import type { Pod } from '../api/pod.ts';
import type { Problem } from '../api/problem.ts';
import type { SelectedInstance } from '../selection/select.ts';
import { annotationProblems } from './annotation-size.ts';
import { editsOf, noAdditions } from './edits.ts';
import { mergeMounts } from './mounts.ts';
import { containersOf, type Insertion, type Merge, type Placement } from './placement.ts';
import { mergePodAnnotations } from './pod-annotations.ts';
import { mergePodFields } from './pod-fields.ts';
import { claimPorts, type UsedPorts, usedPorts } from './ports.ts';
import { doesSameWork, includes } from './same.ts';

interface Merged {
  readonly edits: readonly Edit[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/**
 * Puts fragments into a pod. Gives the edits and all collisions; the pod itself is not touched.
 * Parts that are there already, from an earlier call for the same pod, cause neither edit nor collision.
 */
export function merge(pod: Pod, { placements, annotations, names, usesPorts }: Insertion): Merged {
  const merging: Merge = { pod, additions: noAdditions(), problems: [], warnings: [], names };
  for (const placement of placements) mergeOne(merging, placement);
  if (usesPorts) mergePorts(merging, placements, usedPorts(pod, names));
  for (const [key, value] of annotations) setAnnotation(merging, key, value);
  merging.problems.push(...annotationProblems(pod, merging.additions.annotations));
  const { problems, warnings } = merging;
  return { edits: editsOf(pod, merging.additions), problems, warnings };
}

function mergeOne(merging: Merge, placement: Placement): void {
  const { additions } = merging;
  const { fragment, selected } = placement;
  mergePodFields(merging, placement);
  mergeContainers(merging, fragment.initContainers, additions.initContainers, selected);
  mergeContainers(merging, fragment.containers, additions.containers, selected);
  for (const volume of fragment.volumes) mergeVolume(merging, volume, selected);
  mergeMounts(merging, placement);
  for (const key in fragment.annotations) setAnnotation(merging, key, fragment.annotations[key] ?? '');
  mergePodAnnotations(merging, placement);
}

function mergePorts({ problems }: Merge, placements: readonly Placement[], used: UsedPorts): void {
  for (const { fragment, selected } of placements) {
    for (const container of containersOf(fragment)) problems.push(...claimPorts(container, selected, used));
  }
}

function mergeVolume(merging: Merge, volume: JsonObject, selected: SelectedInstance): void {
  const { pod, additions, problems } = merging;
  const i = indexOfName(pod.spec.volumes, volume.name);
  if (i >= 0 && !includes(pod.spec.volumes?.[i], volume)) {
    problems.push(nameTaken('volume', nameOf(volume), `spec.volumes[${i}].name`, selected));
  } else if (i < 0 && isNew(additions.volumes, volume, 'volume', merging, selected)) additions.volumes.push(volume);
}

function mergeContainers(
  merging: Merge,
  containers: readonly JsonObject[],
  into: JsonObject[],
  selected: SelectedInstance,
): void {
  const { pod, additions, problems } = merging;
  for (const container of containers) {
    const name = nameOf(container);
    const place = placeOfContainer(pod, name);
    if (place && !doesSameWork(place.container, container)) {
      problems.push(nameTaken('container', name, `${place.path}.name`, selected));
    } else if (
      !place &&
      isNew(additions.containers, container, 'container', merging, selected) &&
      isNew(additions.initContainers, container, 'container', merging, selected)
    ) {
      into.push(pod.spec.resources == null ? container : withoutResources(container));
    }
  }
}

function placeOfContainer(pod: Pod, name: string): { container: JsonObject; path: string } | undefined {
  for (const list of ['containers', 'initContainers'] as const) {
    const i = indexOfName(pod.spec[list], name);
    const container = pod.spec[list]?.[i];
    if (container) return { container, path: `spec.${list}[${i}]` };
  }
  return undefined;
}

function indexOfName(list: readonly JsonObject[] | undefined, name: Json | undefined): number {
  if (list == null) return -1;
  for (let i = 0; i < list.length; i++) if (list[i]?.name === name) return i;
  return -1;
}

/** Names of two sidecars can meet: `git` with the instance `docs`, and a sidecar `git-docs`. */
function isNew(
  list: readonly JsonObject[],
  item: JsonObject,
  kind: 'container' | 'volume',
  { problems }: Merge,
  selected: SelectedInstance,
): boolean {
  if (indexOfName(list, item.name) < 0) return true;
  problems.push(nameTaken(kind, nameOf(item), selected.because, selected));
  return false;
}

function nameTaken(kind: 'container' | 'volume', name: string, path: string, { template }: SelectedInstance): Problem {
  return {
    code: `${kind}-name-taken`,
    path,
    sentence: `The sidecar ${template.name} needs the name ${name} for its ${kind}, and a ${kind} with other content has it.`,
    fix: `Give your ${kind} another name; if it stems from an earlier injection, start again from the manifest without it.`,
  };
}

/**
 * A pod with resources of its own (`spec.resources`) bounds the sum of its containers; what a sidecar adds could
 * exceed that and make the pod invalid, so the sidecar takes part in the pod's budget instead.
 */
function withoutResources(container: JsonObject): JsonObject {
  const { resources: _, ...rest } = container;
  return rest;
}

function setAnnotation({ pod, additions }: Merge, key: string, value: string): void {
  if (pod.metadata?.annotations?.[key] !== value) additions.annotations.set(key, value);
}

function nameOf({ name }: JsonObject): string {
  return String(name);
}
