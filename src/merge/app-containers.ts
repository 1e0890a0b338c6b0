import { scalarText } from '../core/json.ts';
import type { Container, Pod } from '../core/objects.ts';
import type { Problem } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import type { Placement } from './placement.ts';

// Containers and init containers of a pod have one index here: that of `spec.containers`, then that of
// `spec.initContainers`.

/** The container or init container with an index. */
export function containerAt({ spec }: Pod, index: number): Container | undefined {
  const count = spec.containers.length;
  return index < count ? spec.containers[index] : spec.initContainers?.[index - count];
}

/** The steps from the pod to the container with an index: `spec`, `initContainers`, `0`. */
export function stepsTo({ spec }: Pod, index: number): readonly [string, string, number] {
  const count = spec.containers.length;
  return index < count ? ['spec', 'containers', index] : ['spec', 'initContainers', index - count];
}

/** The path of the container with an index: `spec.initContainers[0]`. */
export function pathTo(pod: Pod, index: number): string {
  const [spec, list, i] = stepsTo(pod, index);
  return `${spec}.${list}[${i}]`;
}

/**
 * True for an init container that ends before the containers of the pod start. A native sidecar keeps running beside
 * them.
 */
export function isOrdinaryInit({ spec }: Pod, index: number): boolean {
  const count = spec.containers.length;
  return index >= count && spec.initContainers?.[index - count]?.restartPolicy !== 'Always';
}

/** The indices of the containers of the app that run together: its containers, then its native sidecars. */
export function runningOf(pod: Pod, injected: ReadonlySet<string>): number[] {
  const { containers } = pod.spec;
  const inits = pod.spec.initContainers ?? [];
  const found: number[] = [];
  for (let i = 0; i < containers.length; i++) if (!injected.has(containers[i]?.name ?? '')) found.push(i);
  for (let i = 0; i < inits.length; i++)
    if (inits[i]?.restartPolicy === 'Always' && !injected.has(inits[i]?.name ?? '')) found.push(containers.length + i);
  return found;
}

const atEnd = Number.POSITIVE_INFINITY;

/**
 * Before which init container each placement goes, by its index: Infinity for the end. A template can ask for the
 * beginning (`order.initContainers`), and a sidecar comes before the init containers that its parameter `container`
 * names, with those that must come before it.
 */
export function initPositions({ spec }: Pod, placements: readonly Placement[]): number[] {
  const inits = spec.initContainers ?? [];
  const positions = placements.map(({ selected, fragment }) => {
    if (selected.template.document.spec.order.initContainers === 'before') return 0;
    const { container: names } = selected.scope.params;
    if (!Array.isArray(names) || fragment.mounts.length + fragment.env.length === 0) return atEnd;
    const named = new Set<string>(names);
    const first = inits.findIndex(({ name }) => named.has(name));
    return first < 0 ? atEnd : first;
  });
  for (let later = placements.length - 1; later > 0; later--) {
    for (let i = 0; i < later; i++) {
      if (comesBefore(placements[i], placements[later]))
        positions[i] = Math.min(positions[i] ?? 0, positions[later] ?? 0);
    }
  }
  return positions;
}

function comesBefore(a: Placement | undefined, b: Placement | undefined): boolean {
  if (!a || !b) return false;
  const [first, second] = [a.selected.template, b.selected.template];
  return (
    first.document.spec.order.before.includes(second.name) || second.document.spec.order.after.includes(first.name)
  );
}

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
    for (const { name } of volumeMounts ?? []) if (!volumes.has(scalarText(name))) added += 1;
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
