import { annotationKey } from '../core/annotations.ts';
import type { JsonObject } from '../core/json.ts';
import type { Problem } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import type { SelectedInstance } from '../select/select.ts';
import { folder, samePath } from './mount-path.ts';
import { nestingProblem } from './nested-mounts.ts';
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
    const what = `${path} is already the mount of volume ${String(other.name)}${at}`;
    problems.push(pathTaken(path, what, container?.name ?? '', selected));
    return;
  }
  const nesting = nestingProblem(pod, mount, [...present, ...coming]);
  if (nesting !== undefined) {
    problems.push(pathTaken(path, nesting, container?.name ?? '', selected));
    return;
  }
  additions.mounts.set(index, [...coming, mount]);
}

function pathTaken(path: string, what: string, container: string, selected: SelectedInstance): Problem {
  const { template, instance, scope, settings, because } = selected;
  const parameter = [...template.parameters.values()].find(({ declaration, field }) => {
    return declaration.type === 'path' && scope.params[field] === path;
  });
  const source = parameter && settings.get(parameter.name)?.source;
  return {
    code: 'mount-path-taken',
    path: source ? pathOf(source) : because,
    message: `In container ${container}, ${what}.`,
    fix: parameter
      ? `Set ${annotationKey(template.name, parameter.name, instance)} to another path, or remove that mount.`
      : 'Remove that mount.',
  };
}
