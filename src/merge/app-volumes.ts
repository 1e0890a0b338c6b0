import { defaultContainerKey } from '../core/annotations.ts';
import { type JsonObject, objectsOf, scalarText } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import { pathOf } from '../core/source.ts';
import type { Fragment } from '../template/fragment.ts';
import { containerAt, isOrdinaryInit } from './app-containers.ts';
import { volumeOf } from './containers-and-volumes.ts';
import { isAt, isBelow, pathSetting, withoutSlash } from './mounts.ts';
import type { Merge } from './operations.ts';
import type { Placement } from './placement.ts';

/** The names of all containers and volumes that sidecars bring. */
interface Injected {
  readonly names: ReadonlySet<string>;
  readonly volumes: ReadonlySet<string>;
}

/**
 * The placement with volumes of the app instead of the sidecar's own, where one of its possible targets mounts a volume
 * of an allowed kind, as a whole, at the path of a mount. A volume that a sidecar brings is never one of the app, so a
 * reinvocation gives the same result.
 */
export function withAppVolumes(pod: Pod, placement: Placement, injected: Injected): Placement {
  let { fragment } = placement;
  for (const mount of placement.fragment.mounts) {
    const present = appVolume(pod, placement, mount, injected);
    if (present !== undefined) fragment = withVolume(fragment, String(mount.name), present);
  }
  return fragment === placement.fragment ? placement : { selected: placement.selected, fragment };
}

/** The name of the app's volume at the path of the mount. The default container's comes first. */
function appVolume(
  pod: Pod,
  { selected }: Placement,
  mount: JsonObject,
  { names, volumes }: Injected,
): string | undefined {
  const { metadata, spec } = pod;
  if (mount.subPath !== undefined || mount.subPathExpr !== undefined) return undefined;
  const kinds = selected.template.document.spec.appVolumes;
  const { container: targets } = selected.scope.params;
  const preferred = metadata?.annotations?.[defaultContainerKey];
  const path = withoutSlash(String(mount.mountPath));
  let found: string | undefined;
  const count = spec.containers.length + (spec.initContainers?.length ?? 0);
  for (let i = 0; i < count; i++) {
    const { name: container = '', volumeMounts } = containerAt(pod, i) ?? {};
    if (names.has(container)) continue;
    const named = Array.isArray(targets) && targets.includes(container);
    if (!named && (isOrdinaryInit(pod, i) || (Array.isArray(targets) && !targets.includes('*')))) continue;
    for (const present of volumeMounts ?? []) {
      // The path comes first: a container can have thousands of mounts, and hardly any has it.
      if (!isAt(path, present.mountPath) || present.subPath || present.subPathExpr) continue;
      const { name } = present;
      if (volumes.has(name)) continue;
      const volume = volumeOf(pod, name);
      if (!volume || !kinds.some((kind) => volume[kind] != null)) continue;
      if (container === preferred) return name;
      found ??= name;
    }
  }
  return found;
}

/** The fragment without one of its volumes; its mounts refer to a volume of the app instead. */
function withVolume(fragment: Fragment, own: string, app: string): Fragment {
  const renamed = (mount: JsonObject) => [mount.name === own ? { ...mount, name: app } : mount];
  return {
    ...withMounts(fragment, renamed),
    volumes: fragment.volumes.filter(({ name }) => name !== own),
    mounts: fragment.mounts.flatMap(renamed),
  };
}

/** The fragment with other mounts in its containers. */
export function withMounts(fragment: Fragment, change: (mount: JsonObject) => readonly JsonObject[]): Fragment {
  const within = (containers: readonly JsonObject[]) =>
    containers.map((each) =>
      each.volumeMounts == null ? each : { ...each, volumeMounts: objectsOf(each.volumeMounts).flatMap(change) },
    );
  return {
    ...fragment,
    containers: within(fragment.containers),
    initContainers: within(fragment.initContainers),
  };
}

/**
 * Warns where a new volume of the sidecar hides files of the app: it is mounted below a volume of the app that can have
 * files there, from before or from a container that does not get the new one. `targets` are the containers that do.
 */
export function warnOfHiddenFiles(
  { pod, warnings }: Merge,
  { selected, fragment }: Placement,
  targets: readonly number[],
): void {
  const { name, document } = selected.template;
  const { appVolumes } = document.spec;
  for (const mount of fragment.mounts) {
    if (volumeOf(pod, mount.name)) continue;
    const path = withoutSlash(String(mount.mountPath));
    const outer = targets
      .map((index) => mountAbove(pod, index, path))
      .find((each) => each && hasFiles(pod, each, targets));
    const volume = outer && volumeOf(pod, outer.name);
    if (!outer || !volume) continue;
    const { key, source } = pathSetting(path, selected);
    const usable = !outer.subPath && !outer.subPathExpr && appVolumes.some((kind) => volume[kind] != null);
    const fix =
      usable && key !== undefined && source.kind !== 'lock'
        ? ` To use that volume, set ${key} to ${scalarText(outer.mountPath)}.`
        : ' If the sidecar needs them, choose another path.';
    const message = `${pathOf(source)}: The new volume at ${path} hides the files that the volume ${scalarText(outer.name)} of the app has there.${fix}`;
    warnings.push({ code: 'files-hidden', sidecar: name, message });
  }
}

/** The mount of a container that a path is below, the nearest one. */
function mountAbove(pod: Pod, index: number, path: string): JsonObject | undefined {
  let nearest: JsonObject | undefined;
  let length = 0;
  for (const mount of containerAt(pod, index)?.volumeMounts ?? []) {
    const { mountPath } = mount;
    if (typeof mountPath !== 'string' || !path.startsWith(mountPath) || mountPath.length <= length) continue;
    if (!isBelow(path, withoutSlash(mountPath))) continue;
    nearest = mount;
    length = mountPath.length;
  }
  return nearest;
}

/** An emptyDir and an ephemeral volume begin empty: another container has to fill them. */
function hasFiles(pod: Pod, { name }: JsonObject, targets: readonly number[]): boolean {
  const volume = volumeOf(pod, name);
  if (!volume) return false;
  if (volume.emptyDir == null && volume.ephemeral == null) return true;
  const count = pod.spec.containers.length + (pod.spec.initContainers?.length ?? 0);
  for (let i = 0; i < count; i++)
    if (!targets.includes(i) && containerAt(pod, i)?.volumeMounts?.some((mount) => mount.name === name)) return true;
  return false;
}
