import type { JsonObject } from '../api/json.ts';
import type { Pod } from '../api/pod.ts';
import type { Problem } from '../api/problem.ts';
import type { SelectedInstance } from '../selection/select.ts';
import type { Fragment } from '../templates/fragment.ts';
import type { Additions } from './edits.ts';
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
  /** Whether one of them has a port: most sidecars have none, and then no port of the pod is looked at. */
  readonly usesPorts: boolean;
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
    usesPorts: containers.some(usesPort),
  };
}

/** The containers of a fragment, those of the init phase first. */
export function containersOf({ initContainers, containers }: Fragment): readonly JsonObject[] {
  return [...initContainers, ...containers];
}
