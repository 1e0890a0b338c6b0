import type { JsonObject } from '../core/json.ts';
import type { Pod } from '../core/pod.ts';
import { folder } from './mount-path.ts';
import { indexOfName } from './names.ts';

/** Kinds of volumes that are always mounted read-only, and hold what Kubernetes writes. */
const written = ['configMap', 'secret', 'projected', 'downwardAPI'] as const;

/**
 * Why a mount that comes and one of the others cannot be within each other: the runtime makes the folder of the inner one in
 * the outer one, and fails where that cannot be written (runc: "mkdir …: read-only file system"). An outer volume of the app's
 * that is only mounted read-only may hold the folder, so it is left alone. Undefined when all is well.
 */
export function nestingProblem(pod: Pod, mount: JsonObject, others: readonly JsonObject[]): string | undefined {
  const path = folder(String(mount.mountPath));
  for (const other of others) {
    const at = folder(String(other.mountPath));
    if (isBelow(path, at) && isReadOnly(pod, other)) {
      return `${path} cannot be made below ${at}, the read-only mount of volume ${String(other.name)}`;
    }
    if (isBelow(at, path) && mount.readOnly === true) {
      return `${at}, the mount of volume ${String(other.name)}, cannot be made below ${path}, which is read-only`;
    }
  }
  return undefined;
}

function isBelow(path: string, outer: string): boolean {
  return path.startsWith(outer) && path[outer.length] === '/';
}

function isReadOnly({ spec }: Pod, { name, readOnly }: JsonObject): boolean {
  const volume = spec.volumes?.[indexOfName(spec.volumes, name)];
  // One that the pod does not have yet is a sidecar's.
  return volume ? written.some((kind) => volume[kind] != null) : readOnly === true;
}
