import type { JsonObject } from '../core/json.ts';
import type { Operation } from '../core/outcome.ts';
import type { Pod } from '../core/pod.ts';
import type { Problem } from '../core/problem.ts';
import type { SelectedInstance } from '../select/select.ts';
import { annotationProblems } from './annotation-size.ts';
import { mergeIntoApp } from './app-containers.ts';
import { withAppVolumes } from './app-volumes.ts';
import { mergeContainers } from './containers.ts';
import { indexOfName, isNew, nameOf, nameTaken } from './names.ts';
import { noAdditions, operationsOf } from './operations.ts';
import { containersOf, type Insertion, type Merge, type Placement } from './placement.ts';
import { mergePodAnnotations } from './pod-annotations.ts';
import { mergePodFields } from './pod-fields.ts';
import { claimPorts, type UsedPorts, usedPorts } from './ports.ts';
import { isSettled } from './reinvocation.ts';
import { includes } from './same.ts';

interface Merged {
  readonly edits: readonly Operation[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/**
 * Puts fragments into a pod. Gives the edits and all collisions; the pod itself is not touched.
 * Parts that are there already, from an earlier call for the same pod, cause neither edit nor collision.
 */
export function merge(pod: Pod, insertion: Insertion): Merged {
  const { annotations, names, usesPorts, readsPod, takesAppVolumes } = insertion;
  const coming = readsPod ? insertion.placements.filter((each) => !isSettled(pod, each)) : insertion.placements;
  const placements = takesAppVolumes ? coming.map((each) => withAppVolumes(pod, each, insertion)) : coming;
  const merging: Merge = { pod, additions: noAdditions(), problems: [], warnings: [], names };
  for (const placement of placements) mergeOne(merging, placement);
  if (usesPorts) mergePorts(merging, placements, usedPorts(pod, names));
  for (const [key, value] of annotations) setAnnotation(merging, key, value);
  merging.problems.push(...annotationProblems(pod, merging.additions.annotations));
  const { problems, warnings } = merging;
  return { edits: operationsOf(pod, merging.additions), problems, warnings };
}

function mergeOne(merging: Merge, placement: Placement): void {
  const { additions } = merging;
  const { fragment, selected } = placement;
  mergePodFields(merging, placement);
  const early = selected.template.document.spec.order.initContainers === 'before';
  const inits = early ? additions.earlyInitContainers : additions.initContainers;
  mergeContainers(merging, fragment.initContainers, inits, selected);
  mergeContainers(merging, fragment.containers, additions.containers, selected);
  for (const volume of fragment.volumes) mergeVolume(merging, volume, selected);
  mergeIntoApp(merging, placement);
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

function setAnnotation({ pod, additions }: Merge, key: string, value: string): void {
  if (pod.metadata?.annotations?.[key] !== value) additions.annotations.set(key, value);
}
