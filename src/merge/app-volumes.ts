import { defaultContainerKey } from '../core/annotations.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { objectsOf } from '../core/json.ts';
import type { Pod } from '../core/pod.ts';
import type { Fragment } from '../template/fragment.ts';
import { samePath } from './mount-path.ts';
import { indexOfName } from './names.ts';
import type { Insertion, Placement } from './placement.ts';

/** Whether a template lets volumes of the app stand in for its own: most do not, and then no mount of the pod is looked at. */
export function takesAppVolumes({ selected, fragment }: Placement): boolean {
  return selected.template.document.spec.appVolumes.length > 0 && fragment.mounts.length > 0;
}

/**
 * The placement with volumes of the app in place of the sidecar's own, where a container that it may be aimed at mounts one
 * of an allowed kind, as a whole, at the path of a mount. Volumes that sidecars bring are never the app's, so a second
 * call for the same pod sees what the first one saw.
 */
export function withAppVolumes(pod: Pod, placement: Placement, insertion: Insertion): Placement {
  let { fragment } = placement;
  for (const mount of placement.fragment.mounts) {
    const present = appVolume(pod, placement, mount, insertion);
    if (present !== undefined) fragment = renamed(fragment, String(mount.name), present);
  }
  return fragment === placement.fragment ? placement : { selected: placement.selected, fragment };
}

/** The name of the volume that is at the path of the mount already. */
function appVolume(
  { metadata, spec }: Pod,
  { selected }: Placement,
  mount: JsonObject,
  { names, volumes }: Insertion,
): string | undefined {
  if (mount.subPath !== undefined || mount.subPathExpr !== undefined) return undefined;
  const kinds = selected.template.document.spec.appVolumes;
  const { container: wanted } = selected.scope.params;
  const preferred = metadata?.annotations?.[defaultContainerKey];
  let found: string | undefined;
  for (const { name: container, volumeMounts } of spec.containers) {
    if (names.has(container)) continue;
    if (Array.isArray(wanted) && !wanted.includes('*') && !wanted.includes(container)) continue;
    for (const { name, mountPath, subPath, subPathExpr } of volumeMounts ?? []) {
      if (subPath || subPathExpr || volumes.has(name) || !samePath(mountPath, mount.mountPath)) continue;
      const volume = spec.volumes?.[indexOfName(spec.volumes, name)];
      if (!volume || !kinds.some((kind) => volume[kind] != null)) continue;
      if (container === preferred) return name;
      found ??= name;
    }
  }
  return found;
}

interface Renamed {
  readonly volume: string;
  readonly by: string;
  readonly fragment: Fragment;
}

/** The last one of each fragment: the pods of a workload have the same volumes, and get the very same parts. */
const last = new WeakMap<Fragment, Renamed>();

/** The fragment without its own volume: another one of the pod goes by its mounts. */
function renamed(fragment: Fragment, volume: string, by: string): Fragment {
  const known = last.get(fragment);
  if (known?.volume === volume && known.by === by) return known.fragment;
  const mounting = (mounts: Json | undefined) =>
    objectsOf(mounts).map((mount) => (mount.name === volume ? { ...mount, name: by } : mount));
  const within = (containers: readonly JsonObject[]) =>
    containers.map((each) =>
      each.volumeMounts == null ? each : { ...each, volumeMounts: mounting(each.volumeMounts) },
    );
  const result: Fragment = {
    ...fragment,
    containers: within(fragment.containers),
    initContainers: within(fragment.initContainers),
    volumes: fragment.volumes.filter(({ name }) => name !== volume),
    mounts: fragment.mounts.map((mount) => (mount.name === volume ? { ...mount, name: by } : mount)),
  };
  last.set(fragment, { volume, by, fragment: result });
  return result;
}
