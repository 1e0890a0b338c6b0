import { annotationKey } from '../core/annotations.ts';
import { type Json, type JsonObject, scalarText } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import { type Problem, solvedBy } from '../core/problem.ts';
import { pathOf, type Source } from '../core/source.ts';
import type { SelectedInstance } from '../select/select.ts';
import { containerAt } from './app-containers.ts';
import { volumeOf } from './containers-and-volumes.ts';
import type { Merge } from './operations.ts';
import { includes } from './same.ts';

/** Kinds of volumes that are always mounted read-only: Kubernetes writes their content. */
const readOnlyKinds = ['configMap', 'secret', 'projected', 'downwardAPI'] as const;

/** Bytes of the longest path in Linux. */
const maxPath = 4096;

/** Mounts a volume of the sidecar into one app container. */
export function mergeMount(
  { pod, additions, problems }: Merge,
  index: number,
  mount: JsonObject,
  selected: SelectedInstance,
): void {
  const container = containerAt(pod, index);
  const path = withoutSlash(String(mount.mountPath));
  const isSame = ({ mountPath }: JsonObject) => samePath(mountPath, path);
  const near = mountsNear(path, container?.volumeMounts ?? []);
  const present = near.find(isSame);
  if (present && includes(present, { ...mount, mountPath: present.mountPath })) return;
  const added = additions.mounts.get(index) ?? [];
  const nearAdded = mountsNear(path, added);
  const other = present ?? nearAdded.find(isSame);
  const at = present ? ` (volumeMounts[${container?.volumeMounts?.indexOf(present)}])` : '';
  const collision = other
    ? `${path} is already the mount of volume ${scalarText(other.name)}${at}`
    : nestingProblem(pod, mount, [...near, ...nearAdded]);
  if (collision === undefined) {
    added.push(mount);
    additions.mounts.set(index, added);
  } else {
    const isAbove = ({ mountPath }: JsonObject) => isBelow(path, withoutSlash(String(mountPath)));
    const above = other ? undefined : nearAdded.find((each) => each.readOnly === true && isAbove(each));
    problems.push(pathTaken(path, `In container ${container?.name}, ${collision}.`, selected, present, above));
  }
}

/** The mounts at a path, above and below it: a few of the thousands that a container can have. */
function mountsNear<T extends JsonObject>(path: string, mounts: readonly T[]): readonly T[] {
  const near: T[] = [];
  for (const mount of mounts) {
    const { mountPath } = mount;
    if (typeof mountPath !== 'string') continue;
    if (mountPath.startsWith(path) || path.startsWith(withoutSlash(mountPath))) near.push(mount);
  }
  return near;
}

/** `present` is the mount of the app at this path, and `above` that of another sidecar above it. */
function pathTaken(
  path: string,
  message: string,
  selected: SelectedInstance,
  present: JsonObject | undefined,
  above: JsonObject | undefined,
): Problem {
  const { key, source } = pathSetting(path, selected);
  const { name, document } = selected.template;
  const { appVolumes } = document.spec;
  const usable =
    present && appVolumes.length > 0
      ? `. The sidecar ${name} can use only a volume of the kind ${appVolumes.join(' or ')} there, mounted without subPath`
      : '';
  const paths = above && appVolumes.length > 0 ? [`${scalarText(above.mountPath)} to use that volume`] : [];
  const others = key === undefined ? [] : [...paths, 'another path'];
  const ways = others.map((path) => ({ text: `set ${key} to ${path}`, keys: key === undefined ? [] : [key] }));
  const fix = solvedBy(...ways, { text: `remove that mount${usable}` });
  return { code: 'mount-path-taken', path: pathOf(source), message, ...fix };
}

/** The annotation that sets a path, if one does, and where that or the sidecar was set. */
export function pathSetting(
  path: string,
  selected: SelectedInstance,
): { readonly key?: string; readonly source: Source } {
  const { template, instance, scope, settings, source } = selected;
  const parameter = [...template.parameters.values()].find(({ declaration, field }) => {
    return declaration.type === 'path' && scope.params[field] === path;
  });
  if (!parameter) return { source };
  const key = annotationKey(template.name, parameter.name, instance);
  return { key, source: settings.get(parameter.name)?.source ?? source };
}

/**
 * Why a new mount and one of the others cannot be nested. The runtime creates the inner mount point in the outer
 * volume, and fails where that is read-only (runc: "mkdir …: read-only file system"). A volume of the app that is only
 * mounted read-only may contain the folder, so it causes no problem. Undefined when all is well.
 */
function nestingProblem(pod: Pod, mount: JsonObject, others: readonly JsonObject[]): string | undefined {
  const path = withoutSlash(String(mount.mountPath));
  for (const other of others) {
    const at = withoutSlash(scalarText(other.mountPath));
    if (isBelow(path, at) && isReadOnly(pod, other)) {
      return `${path} cannot be created below ${at}, the read-only mount of volume ${scalarText(other.name)}`;
    }
    if (isBelow(at, path) && mount.readOnly === true) {
      return `${at}, the mount of volume ${scalarText(other.name)}, cannot be created below ${path}, which is read-only`;
    }
  }
  return undefined;
}

/** True for a path below another; neither has a slash at its end. */
export function isBelow(path: string, outer: string): boolean {
  return path.startsWith(outer) && path[outer.length] === '/';
}

function isReadOnly(pod: Pod, { name, readOnly }: JsonObject): boolean {
  const volume = volumeOf(pod, name);
  // A volume that the pod does not have yet belongs to a sidecar.
  return volume ? readOnlyKinds.some((kind) => volume[kind] != null) : readOnly === true;
}

/**
 * True when two mount paths name the same folder. Kubernetes compares them by letter, but runtimes ignore a slash at
 * the end.
 */
export function samePath(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || withoutSlash(scalarText(a)) === withoutSlash(scalarText(b));
}

/** True for a mount path that names this folder, which has no slash at its end. */
export function isAt(path: string, mountPath: Json | undefined): boolean {
  return typeof mountPath === 'string' && mountPath.startsWith(path) && withoutSlash(mountPath) === path;
}

/** Without the slashes at its end. A path that is too long for a mount keeps them: there can be millions of them. */
export function withoutSlash(path: string): string {
  if (path.length > maxPath) return path;
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}
