import type { JsonObject } from '../core/json.ts';
import type { Pod } from '../core/pod.ts';
import type { SelectedInstance } from '../select/select.ts';
import { indexOfName, isNew, nameOf, nameTaken } from './names.ts';
import type { Merge } from './placement.ts';
import { doesSameWork } from './same.ts';

/** Adds containers of a sidecar, unless the pod has them already. */
export function mergeContainers(
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
      isNew(additions.earlyInitContainers, container, 'container', merging, selected) &&
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

/**
 * A pod with resources of its own (`spec.resources`) bounds the sum of its containers; what a sidecar adds could
 * exceed that and make the pod invalid, so the sidecar takes part in the pod's budget instead.
 */
function withoutResources(container: JsonObject): JsonObject {
  const { resources: _, ...rest } = container;
  return rest;
}
