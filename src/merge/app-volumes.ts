import { defaultContainerKey } from '../core/annotations.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { objectsOf } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import type { Fragment } from '../template/fragment.ts';
import { containerAt, isOrdinaryInit } from './app-containers.ts';
import { volumeOf } from './containers-and-volumes.ts';
import { isAt, withoutSlash } from './mounts.ts';
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
  const renamed = (mounts: Json | undefined) =>
    objectsOf(mounts).map((mount) => (mount.name === own ? { ...mount, name: app } : mount));
  const within = (containers: readonly JsonObject[]) =>
    containers.map((each) =>
      each.volumeMounts == null ? each : { ...each, volumeMounts: renamed(each.volumeMounts) },
    );
  return {
    ...fragment,
    containers: within(fragment.containers),
    initContainers: within(fragment.initContainers),
    volumes: fragment.volumes.filter(({ name }) => name !== own),
    mounts: renamed(fragment.mounts),
  };
}
