import { annotationKey, statusKey } from '../core/annotations.ts';
import { isObject, type JsonObject } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import type { Operation } from '../core/outcome.ts';
import { portsOf } from '../core/pod.ts';
import { type Problem, solvedBy, type Warning } from '../core/problem.ts';
import { pathOf, type Source } from '../core/source.ts';
import { bothAdded, readStatus } from '../core/status.ts';
import type { SelectedInstance } from '../select/select.ts';
import { addedBy } from './added.ts';
import { containerAt, initPositions, isOrdinaryInit, tooManyContainers } from './app-containers.ts';
import { warnOfHiddenFiles, withAppVolumes } from './app-volumes.ts';
import { containersOf, isPresent, mergeContainers, mergeVolume } from './containers-and-volumes.ts';
import { mergeVariable } from './env.ts';
import { meshWarning } from './mesh.ts';
import { mergeMount } from './mounts.ts';
import { beginMerge, type Merge, operationsOf } from './operations.ts';
import type { Placement } from './placement.ts';
import { addAnnotation, annotationProblems, mergePodAnnotations, mergePodFields } from './pod.ts';
import { mergePorts } from './ports.ts';
import { areFoldersShared } from './read-folders.ts';
import { isSettled } from './reinvocation.ts';
import { warnOfResources } from './resource-warnings.ts';
import { withSharedFolders } from './shared-folders.ts';
import { targetsOf } from './targets.ts';

/** All that is merged into a pod, with what can be computed before the pod is read. */
export interface Insertion {
  readonly placements: readonly Placement[];
  /**
   * The annotation `sidecar.io/status` without the record of what is added: a JSON object, or empty where nothing is
   * injected.
   */
  readonly status: string;
  /** Names of all injected containers. */
  readonly names: ReadonlySet<string>;
  /** Names of all volumes that sidecars bring. */
  readonly volumes: ReadonlySet<string>;
  /** True when one of them has a port. Most sidecars have none; the ports of the pod are not read then. */
  readonly usesPorts: boolean;
  /** True when a volume of the app can replace one of a sidecar (`appVolumes`). */
  readonly takesAppVolumes: boolean;
  /** True when a sidecar reads a folder in which another one has a mount, or the other way round. */
  readonly sharesFolders: boolean;
  /** True when one of their templates depends on the pod or its namespace. */
  readonly dependsOnPod: boolean;
}

export function insertionOf(placements: readonly Placement[], status: string): Insertion {
  const containers = placements.flatMap(({ fragment }) => containersOf(fragment));
  const takesAppVolumes = placements.some(
    ({ selected, fragment }) => selected.template.document.spec.appVolumes.length > 0 && fragment.mounts.length > 0,
  );
  return {
    placements,
    status,
    names: new Set(containers.map(({ name }) => String(name))),
    volumes: volumesOf(placements),
    usesPorts: containers.some((container) => portsOf(container).length > 0),
    takesAppVolumes,
    sharesFolders: takesAppVolumes && areFoldersShared(placements),
    dependsOnPod: placements.some(({ selected }) => selected.template.dependencies.size > 0),
  };
}

function volumesOf(placements: readonly Placement[]): Set<string> {
  return new Set(placements.flatMap(({ fragment }) => fragment.volumes.map(({ name }) => String(name))));
}

export interface Merged {
  readonly operations: readonly Operation[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
  /** What turned on the sidecar that cannot be merged, for each problem that one sidecar causes. */
  readonly causes: ReadonlyMap<Problem, Source>;
}

/**
 * Merges fragments into a pod. Gives the operations and all collisions; the pod itself is not changed.
 * What the pod has already, from a former call of the webhook, causes neither an operation nor a collision.
 */
export function merge(pod: Pod, insertion: Insertion): Merged {
  const { names, usesPorts, dependsOnPod, takesAppVolumes, sharesFolders } = insertion;
  const all = insertion.placements;
  const tooMany = tooManyContainers(pod, all, insertion);
  if (tooMany) return { operations: [], problems: [tooMany], warnings: [], causes: new Map() };
  const merging = beginMerge(pod, names);
  const causes = new Map<Problem, Source>();
  const own = takesAppVolumes ? all.map((each) => withAppVolumes(pod, each, insertion)) : all;
  const used = sharesFolders ? withSharedFolders(merging, own) : own;
  const placements = dependsOnPod ? used.filter((each) => !isSettled(pod, each)) : used;
  if (takesAppVolumes) warnOfSizes(merging, all, used);
  const positions = initPositions(pod, placements);
  for (const [i, placement] of placements.entries()) {
    const before = merging.problems.length;
    mergeOne(merging, placement, positions[i] ?? 0);
    for (const problem of merging.problems.slice(before)) causes.set(problem, placement.selected.source);
  }
  if (usesPorts) mergePorts(merging, placements, positions);
  if (insertion.status !== '') {
    const volumes = takesAppVolumes ? volumesOf(placements) : insertion.volumes;
    addAnnotation(merging, statusKey, statusOf(merging, volumes, insertion.status));
  }
  const { problems, warnings } = merging;
  if (merging.additions.annotations.size > 0)
    problems.push(...annotationProblems(pod.metadata?.annotations ?? {}, merging.additions.annotations));
  return { operations: operationsOf(merging), problems, warnings, causes };
}

/** What a former call added is in the next status too, so a pod that needs nothing more keeps its own. */
function statusOf(merging: Merge, volumes: ReadonlySet<string>, status: string): string {
  const former = merging.pod.metadata?.annotations?.[statusKey];
  const own = addedBy(merging, volumes);
  const added = former === undefined ? own : bothAdded(readStatus(former)?.added ?? {}, own);
  return Object.keys(added).length === 0 ? status : `${status.slice(0, -1)},"added":${JSON.stringify(added)}}`;
}

/** A size that somebody set does not apply to the volumes of others that replace those of sidecars. */
function warnOfSizes({ pod, warnings }: Merge, own: readonly Placement[], used: readonly Placement[]): void {
  for (const [i, { selected, fragment }] of own.entries()) {
    const { template, settings } = selected;
    const size = settings.get('size');
    const now = used[i]?.fragment ?? fragment;
    if (!size || now.volumes.length === fragment.volumes.length || isPresent(pod, fragment)) continue;
    const owner = now.mounts.length < fragment.mounts.length ? 'another sidecar' : 'the app';
    const message = `${pathOf(size.source)} has no effect on the volume of ${owner}, which the sidecar ${template.name} uses instead of its own`;
    warnings.push({ code: 'no-effect', sidecar: template.name, message });
  }
}

/** `before` is the index of the init container of the pod before which those of the sidecar go. */
function mergeOne(merging: Merge, placement: Placement, before: number): void {
  const { fragment, selected } = placement;
  mergePodFields(merging, placement);
  const { initContainers, containers } = merging.pod.spec;
  const mesh = initContainers && meshWarning(initContainers, placement, before);
  if (mesh) merging.warnings.push(mesh);
  const added = [
    ...mergeContainers(merging, fragment.initContainers, selected, before),
    ...mergeContainers(merging, fragment.containers, selected),
  ];
  if (containers.some(({ resources }) => resources != null) || added.some(limitsStorage))
    warnOfResources(merging, placement, added);
  const isThere = added.length < fragment.initContainers.length + fragment.containers.length;
  for (const volume of fragment.volumes) mergeVolume(merging, volume, selected, isThere);
  mergeIntoApp(merging, placement);
  for (const key in fragment.annotations) addAnnotation(merging, key, fragment.annotations[key] ?? '');
  mergePodAnnotations(merging, placement);
}

function limitsStorage({ resources }: JsonObject): boolean {
  return isObject(resources) && isObject(resources.limits) && 'ephemeral-storage' in resources.limits;
}

/** Adds the sidecar's mounts and environment variables to its targets, which are containers of the app. */
function mergeIntoApp(merging: Merge, placement: Placement): void {
  const { fragment, selected } = placement;
  if (fragment.mounts.length === 0 && fragment.env.length === 0) return;
  const found = targetsOf(merging.pod, placement, merging.names);
  if ('problems' in found) {
    merging.problems.push(...found.problems);
    return;
  }
  for (const index of found.targets) {
    if (fragment.containers.length > 0 && isOrdinaryInit(merging.pod, index))
      merging.problems.push(startsTooLate(merging.pod, index, selected));
    for (const mount of fragment.mounts) mergeMount(merging, index, mount, selected);
    for (const variable of fragment.env) mergeVariable(merging, index, variable, selected);
  }
  if (selected.template.document.spec.appVolumes.length > 0) warnOfHiddenFiles(merging, placement, found.targets);
}

function startsTooLate(pod: Pod, index: number, selected: SelectedInstance): Problem {
  const { template, instance, settings, source } = selected;
  const name = containerAt(pod, index)?.name;
  const key = annotationKey(template.name, 'native', instance);
  const native = settings.get('native')?.source;
  const others = annotationKey(template.name, 'container', instance);
  return {
    code: 'needs-native-sidecar',
    path: pathOf(settings.get('container')?.source ?? source),
    message: `${name} is an init container, and a sidecar that is not native starts after it.`,
    ...solvedBy(
      ...(native
        ? [{ text: `remove ${native.key}`, keys: [native.key] }]
        : [
            { text: 'use a cluster with native sidecars (Kubernetes 1.29)' },
            { text: `set ${key}: "true" if yours has them`, keys: [key] },
          ]),
      { text: 'name containers that run beside the sidecar', keys: [others] },
    ),
  };
}
