import { statusKey } from '../core/annotations.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { Fragment } from '../template/fragment.ts';

/** An instance of a sidecar and its fragment, to be merged into pods. */
export interface Placement {
  readonly selected: SelectedInstance;
  readonly fragment: Fragment;
}

/** The containers of a fragment, init containers first. */
export function containersOf({ initContainers, containers }: Fragment): readonly JsonObject[] {
  return [...initContainers, ...containers];
}

/** True when the pod has the status of a former injection. Anyone can write that annotation, so it proves nothing by itself. */
export function isReinvocation({ metadata }: Pod): boolean {
  return metadata?.annotations?.[statusKey] !== undefined;
}

/** True when the pod has all containers of a fragment already, judged by their names. */
export function isPresent(pod: Pod, fragment: Fragment): boolean {
  return containersOf(fragment).every(({ name }) => hasContainer(pod, name));
}

/** True when the pod has a container or an init container of that name. */
export function hasContainer({ spec }: Pod, name: Json | undefined): boolean {
  return indexOfName(spec.containers, name) >= 0 || indexOfName(spec.initContainers, name) >= 0;
}

/** The index of the item with that name; -1 where no item has it. */
export function indexOfName(list: readonly JsonObject[] | undefined, name: Json | undefined): number {
  if (list == null) return -1;
  for (let i = 0; i < list.length; i++) if (list[i]?.name === name) return i;
  return -1;
}
