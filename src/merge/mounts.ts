import { annotationKey } from '../api/annotations.ts';
import type { Json, JsonObject } from '../api/json.ts';
import type { Problem } from '../api/problem.ts';
import { pathOf } from '../selection/layers.ts';
import type { SelectedInstance } from '../selection/select.ts';
import type { Merge } from './placement.ts';
import { includes } from './same.ts';

/** Mounts a volume of the sidecar into one app container. */
export function mergeMount(
  { pod, additions, problems }: Merge,
  index: number,
  mount: JsonObject,
  selected: SelectedInstance,
): void {
  const container = pod.spec.containers[index];
  const present = container?.volumeMounts ?? [];
  const path = folder(String(mount.mountPath));
  const i = present.findIndex(({ mountPath }) => samePath(mountPath, path));
  if (i >= 0 && includes(present[i], mount)) return;
  const coming = additions.mounts.get(index) ?? [];
  const other = present[i] ?? coming.find(({ mountPath }) => samePath(mountPath, path));
  if (other) {
    const at = i >= 0 ? ` (spec.containers[${index}].volumeMounts[${i}])` : '';
    problems.push(pathTaken(path, `volume ${String(other.name)}${at}`, container?.name ?? '', selected));
    return;
  }
  additions.mounts.set(index, [...coming, mount]);
}

function pathTaken(path: string, other: string, container: string, selected: SelectedInstance): Problem {
  const { template, instance, scope, settings, because } = selected;
  const parameter = [...template.parameters.values()].find(({ declaration, field }) => {
    return declaration.type === 'path' && scope.params[field] === path;
  });
  const place = parameter && settings.get(parameter.name)?.place;
  return {
    code: 'mount-path-taken',
    path: place ? pathOf(place) : because,
    sentence: `In container ${container}, ${path} is already the mount of ${other}.`,
    fix: parameter
      ? `Set ${annotationKey(template.name, parameter.name, instance)} to another path, or remove that mount.`
      : 'Remove that mount.',
  };
}

/** Whether two mount paths name the same folder. */
export function samePath(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || folder(String(a)) === folder(String(b));
}

/** Kubernetes compares mount paths letter by letter; the container runtime does not mind a slash at the end. */
function folder(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.replace(/\/+$/, '') : path;
}
