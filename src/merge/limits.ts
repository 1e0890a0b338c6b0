import type { Container, Pod } from '../core/objects.ts';
import type { Problem } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import type { Placement } from './placement.ts';

/**
 * Pairs of a sidecar and a container of the app: each sidecar looks at the names and ports of each container. Each of
 * its mounts and variables counts for each container that gets it.
 */
const maxPairs = 5000;
/** Pairs of a mount of a sidecar and another mount of a container that gets it: their paths are compared. */
const maxComparisons = 5_000_000;

/** The names of all containers and volumes that sidecars bring. */
interface Injected {
  readonly names: ReadonlySet<string>;
  readonly volumes: ReadonlySet<string>;
}

/**
 * The problem of a pod with too many containers for its sidecars. The numbers are the same before and after an
 * injection.
 */
export function tooManyContainers(
  { spec }: Pod,
  placements: readonly Placement[],
  { names, volumes }: Injected,
): Problem | undefined {
  const [first] = placements;
  if (!first) return undefined;
  const ofApp = ({ name }: Container) => !names.has(name);
  const containers = [...spec.containers.filter(ofApp), ...(spec.initContainers ?? []).filter(ofApp)];
  let [pairs, mounts, added] = [0, 0, 0];
  for (const { fragment, selected } of placements) {
    const targets = Array.isArray(selected.scope.params.container) ? containers.length : 1;
    pairs += Math.max(containers.length, targets * (fragment.mounts.length + fragment.env.length));
    mounts += fragment.mounts.length;
    added += targets * fragment.mounts.length;
  }
  for (const { volumeMounts } of containers)
    for (const { name } of volumeMounts ?? []) if (!volumes.has(String(name))) added += 1;
  if (pairs <= maxPairs && mounts * added <= maxComparisons) return undefined;
  return {
    code: 'too-many-containers',
    path: pathOf(first.selected.source),
    message:
      pairs > maxPairs
        ? `The pod has too many containers for its sidecars: the number of sidecars, or of their mounts and variables, times the number of containers must be at most ${maxPairs}.`
        : `The containers have too many mounts for the sidecars of the pod: their number times that of the mounts of the sidecars must be at most ${maxComparisons}.`,
    fix: 'Remove containers, or some of the annotations.',
  };
}
