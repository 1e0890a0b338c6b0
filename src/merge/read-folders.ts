import { isObject, type JsonObject, objectsOf } from '../core/json.ts';
import { containersOf } from './containers-and-volumes.ts';
import { isBelow, withoutSlash } from './mounts.ts';
import type { Placement } from './placement.ts';

/** A mount of a sidecar in the app. */
export interface Mounted {
  readonly placement: Placement;
  readonly mount: JsonObject;
  readonly path: string;
  /** True when the sidecar itself can write into the volume. */
  readonly isWritten: boolean;
}

export function mountsOf(placement: Placement): Mounted[] {
  const { fragment } = placement;
  return fragment.mounts.map((mount) => ({
    ...{ placement, mount, path: withoutSlash(String(mount.mountPath)) },
    isWritten: containersOf(fragment).some(({ volumeMounts }) =>
      objectsOf(volumeMounts).some(({ name, readOnly }) => name === mount.name && readOnly !== true),
    ),
  }));
}

/**
 * True for a folder of the app that a sidecar only reads, as `serve` does: its template takes volumes of the app there
 * (`appVolumes`), and its own containers mount the whole volume read-only.
 */
export function isRead({ placement, mount, isWritten }: Mounted): boolean {
  const takesVolumes = placement.selected.template.document.spec.appVolumes.length > 0;
  return takesVolumes && !isWritten && mount.subPath == null && mount.subPathExpr == null;
}

/** True for a path that is another one, or below it. */
export function isIn(path: string, outer: string): boolean {
  return path === outer || isBelow(path, outer);
}

/** True when a sidecar reads a folder at which, above which or below which another one has a mount. */
export function areFoldersShared(placements: readonly Placement[]): boolean {
  const mounted = placements.flatMap(mountsOf);
  return mounted.some(
    (folder) =>
      isRead(folder) &&
      mounted.some(
        ({ placement, path }) => placement !== folder.placement && (isIn(path, folder.path) || isIn(folder.path, path)),
      ),
  );
}

/** The volume that a sidecar brings for its mount; undefined where it uses one of the app. */
export function volumeFor({ placement, mount }: Mounted): JsonObject | undefined {
  return placement.fragment.volumes.find(({ name }) => name === mount.name);
}

/**
 * True when the reader of a folder may have this volume of another sidecar: its template takes volumes of the kind, and
 * it is not in memory, where Secrets are. What a policy requires has its own volumes only, because the API server
 * compares its mounts with those of the policy.
 */
export function canRead({ selected }: Placement, other: Mounted): boolean {
  const volume = volumeFor(other);
  if (selected.source.kind === 'lock' || !volume || other.mount.subPathExpr != null) return false;
  if (isObject(volume.emptyDir) && volume.emptyDir.medium === 'Memory') return false;
  return selected.template.document.spec.appVolumes.some((kind) => volume[kind] != null);
}
