import { annotationKey, statusKey } from '../core/annotations.ts';
import { indexOfName, type Json, type JsonObject } from '../core/json.ts';
import type { NamedObject, Pod } from '../core/objects.ts';
import { isReinvocation } from '../core/pod.ts';
import { type Problem, solvedBy } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import { readStatus } from '../core/status.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { Fragment } from '../template/fragment.ts';
import type { Span } from './budget.ts';
import type { Merge } from './operations.ts';
import { withFittingResources } from './resources.ts';
import { doesSameWork, includes } from './same.ts';

type Kind = 'container' | 'volume';

/** A scan of so few volumes is cheaper than a map. */
const few = 16;
const indexes = new WeakMap<readonly NamedObject[], ReadonlyMap<Json | undefined, number>>();
/** A status can be long, and is read once. */
const recorded = new WeakMap<Pod, readonly string[]>();

/**
 * Adds containers of a sidecar, except those that the pod has already: to the init containers of the pod, before the
 * one with the index `before`, or without it to its containers. Gives what it adds.
 */
export function mergeContainers(
  merging: Merge,
  containers: readonly JsonObject[],
  selected: SelectedInstance,
  before?: number,
): readonly JsonObject[] {
  const { pod, additions, problems } = merging;
  const added: JsonObject[] = [];
  for (const container of containers) {
    const present = presentContainer(pod, container);
    if (present && !isOurs(pod, present.container, container)) {
      problems.push(nameTaken('container', container, `${present.path}.name`, selected));
    } else if (
      !present &&
      isNew(additions.containers, container, 'container', merging, selected) &&
      isNew(
        additions.initContainers.map(({ container }) => container),
        container,
        'container',
        merging,
        selected,
      )
    ) {
      const fitting =
        merging.budget || merging.defaults
          ? withFittingResources(merging, container, spanOf(container, pod, before), selected)
          : container;
      if (before === undefined) additions.containers.push(fitting);
      else additions.initContainers.push({ before, container: fitting });
      added.push(fitting);
    }
  }
  return added;
}

/**
 * True when a container of the pod is the one to inject. Where the image alone says what that does, another image is
 * another container, unless an earlier injection is recorded: a registry mirror may have changed the image since.
 */
function isOurs(pod: Pod, theirs: JsonObject, ours: JsonObject): boolean {
  if (!doesSameWork(theirs, ours)) return false;
  const { command, args, env, volumeMounts } = ours;
  return (command ?? args ?? env ?? volumeMounts) != null || theirs.image === ours.image || isReinvocation(pod);
}

function spanOf({ restartPolicy }: JsonObject, { spec }: Pod, before: number | undefined): Span {
  if (before === undefined) return 'beside';
  if (restartPolicy !== 'Always') return 'once';
  return before < (spec.initContainers?.length ?? 0) ? 'early' : 'native';
}

/**
 * Adds a volume of a sidecar, unless the pod has it already. One of the same name is that of the sidecar where the pod
 * has a container of it (`isThere`), or a status that names the volume; otherwise it is one of the app.
 */
export function mergeVolume(merging: Merge, volume: JsonObject, selected: SelectedInstance, isThere: boolean): void {
  const { pod, additions, problems } = merging;
  const i = volumeIndex(pod, volume.name);
  if (i >= 0 && !(includes(pod.spec.volumes?.[i], volume) && (isThere || isRecorded(pod, String(volume.name))))) {
    problems.push(nameTaken('volume', volume, `spec.volumes[${i}].name`, selected));
  } else if (i < 0 && isNew(additions.volumes, volume, 'volume', merging, selected)) additions.volumes.push(volume);
}

/** True when an earlier injection brought a volume of that name, whatever became of its containers. */
function isRecorded(pod: Pod, volume: string): boolean {
  const known = recorded.get(pod) ?? readStatus(pod.metadata?.annotations?.[statusKey])?.added.volumes ?? [];
  recorded.set(pod, known);
  return known.includes(volume);
}

/** The pod's volume with that name. */
export function volumeOf(pod: Pod, name: Json | undefined): NamedObject | undefined {
  return pod.spec.volumes?.[volumeIndex(pod, name)];
}

/** -1 where no volume has the name. A pod can have tens of thousands of volumes, and of mounts that name them. */
function volumeIndex({ spec: { volumes } }: Pod, name: Json | undefined): number {
  if (volumes == null || volumes.length <= few) return indexOfName(volumes, name);
  const index = indexes.get(volumes) ?? new Map(volumes.map((volume, i) => [volume.name, i]));
  indexes.set(volumes, index);
  return index.get(name) ?? -1;
}

/** The container of the pod with the same name. */
function presentContainer({ spec }: Pod, { name }: JsonObject): { container: JsonObject; path: string } | undefined {
  for (const list of ['containers', 'initContainers'] as const) {
    const i = indexOfName(spec[list], name);
    const container = spec[list]?.[i];
    if (container) return { container, path: `spec.${list}[${i}]` };
  }
  return undefined;
}

/** Two sidecars can have the same name for something: `git` with the instance `docs`, and a sidecar `git-docs`. */
function isNew(
  list: readonly JsonObject[],
  item: JsonObject,
  kind: Kind,
  { problems }: Merge,
  selected: SelectedInstance,
): boolean {
  if (indexOfName(list, item.name) < 0) return true;
  problems.push(nameTaken(kind, item, pathOf(selected.source), selected));
  return false;
}

function nameTaken(kind: Kind, { name }: JsonObject, path: string, { template, instance }: SelectedInstance): Problem {
  const other = annotationKey(template.name, template.activating[0], instance === 'app' ? 'main' : 'app');
  return {
    code: `${kind}-name-taken`,
    path,
    message: `The sidecar ${template.name} needs the name ${String(name)} for its ${kind}, but another ${kind} has it.`,
    ...solvedBy(
      { text: `rename your ${kind}` },
      {
        text: `use another instance of the sidecar, such as ${other}`,
        keys: [annotationKey(template.name, undefined, instance)],
      },
      { text: 'remove it with sidecar uninject if it comes from an earlier injection' },
    ),
  };
}

/** The containers of a fragment, init containers first. */
export function containersOf({ initContainers, containers }: Fragment): readonly JsonObject[] {
  return [...initContainers, ...containers];
}

/** True when the pod has all containers of a fragment already, judged by their names. */
export function isPresent(pod: Pod, fragment: Fragment): boolean {
  return containersOf(fragment).every(({ name }) => hasContainer(pod, name));
}

/** True when the pod has all containers of a fragment, and each does the same work. */
export function isPresentUnchanged(pod: Pod, fragment: Fragment): boolean {
  return containersOf(fragment).every((container) => {
    const present = presentContainer(pod, container);
    return present !== undefined && doesSameWork(present.container, container);
  });
}

/** True when the pod has a container or an init container of that name. */
export function hasContainer({ spec }: Pod, name: Json | undefined): boolean {
  return indexOfName(spec.containers, name) >= 0 || indexOfName(spec.initContainers, name) >= 0;
}
