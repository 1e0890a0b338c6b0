import type { Json, JsonObject } from '../core/json.ts';
import type { Pod } from '../core/pod.ts';
import type { Problem } from '../core/problem.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { Fragment } from '../template/fragment.ts';
import { takesAppVolumes } from './app-volumes.ts';
import { indexOfName } from './names.ts';
import type { Additions } from './operations.ts';
import { usesPort } from './ports.ts';

/** A fragment on its way into pods. */
export interface Placement {
  readonly selected: SelectedInstance;
  readonly fragment: Fragment;
}

/** All that is to be put into a pod, with what can be known of it before the pod is seen. */
export interface Insertion {
  readonly placements: readonly Placement[];
  /** What the injector itself annotates. */
  readonly annotations: ReadonlyMap<string, string>;
  /** Names of all injected containers. */
  readonly names: ReadonlySet<string>;
  /** Names of all volumes that sidecars bring. */
  readonly volumes: ReadonlySet<string>;
  /** Whether one of them has a port: most sidecars have none, and then no port of the pod is looked at. */
  readonly usesPorts: boolean;
  /** Whether volumes of the app may stand in for those of one of them. */
  readonly takesAppVolumes: boolean;
  /** Whether one of their templates reads the pod or its namespace. */
  readonly readsPod: boolean;
}

/** A merge under way: what is there, what comes, what is wrong. */
export interface Merge {
  readonly pod: Pod;
  readonly additions: Additions;
  readonly problems: Problem[];
  readonly warnings: string[];
  readonly names: ReadonlySet<string>;
}

export function insertionOf(placements: readonly Placement[], annotations: ReadonlyMap<string, string>): Insertion {
  const containers = placements.flatMap(({ fragment }) => containersOf(fragment));
  return {
    placements,
    annotations,
    names: new Set(containers.map(({ name }) => String(name))),
    volumes: new Set(placements.flatMap(({ fragment }) => fragment.volumes.map(({ name }) => String(name)))),
    usesPorts: containers.some(usesPort),
    takesAppVolumes: placements.some(takesAppVolumes),
    readsPod: placements.some(({ selected }) => selected.template.dependencies.size > 0),
  };
}

/** True when the pod has a container or an init container of that name. */
export function hasContainer({ spec }: Pod, name: Json | undefined): boolean {
  return indexOfName(spec.containers, name) >= 0 || indexOfName(spec.initContainers, name) >= 0;
}

/** True when the pod comes with all containers of a fragment, judged by their names. */
export function isThere(pod: Pod, fragment: Fragment): boolean {
  return containersOf(fragment).every(({ name }) => hasContainer(pod, name));
}

/** The containers of a fragment, those of the init phase first. */
export function containersOf({ initContainers, containers }: Fragment): readonly JsonObject[] {
  return [...initContainers, ...containers];
}
