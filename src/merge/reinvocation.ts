import { isNameOf } from '../core/instance.ts';
import { indexOfName } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import { isReinvocation } from '../core/pod.ts';
import type { Problem, ProblemCode } from '../core/problem.ts';
import type { Dependencies } from '../select/view.ts';
import { containersOf, hasContainer } from './containers-and-volumes.ts';
import type { Placement } from './placement.ts';

/**
 * True for a sidecar that depends on the pod and is in it already. Other webhooks may have changed the pod since, so
 * its template could render something else now. Its containers are recognized by name, and all of it stays as it is.
 */
export function isSettled(pod: Pod, { selected, fragment }: Placement): boolean {
  if (selected.template.dependencies.size === 0 || !isReinvocation(pod)) return false;
  return containersOf(fragment).some(({ name }) => hasContainer(pod, name));
}

/**
 * The ids of the instances that a reinvoked pod has in the other form: native instead of classic, or the other way
 * round. Replicas can know different facts about the cluster, for example during an upgrade. Undefined where there are
 * none.
 */
export function inOtherForm(pod: Pod, placements: readonly Placement[]): ReadonlySet<string> | undefined {
  const { containers, initContainers } = pod.spec;
  const found = placements.filter(
    ({ fragment }) =>
      fragment.containers.some(({ name }) => indexOfName(initContainers, name) >= 0) ||
      fragment.initContainers.some(
        ({ name, restartPolicy }) => restartPolicy === 'Always' && indexOfName(containers, name) >= 0,
      ),
  );
  return found.length === 0 ? undefined : new Set(found.map(({ selected }) => selected.scope.instance.id));
}

const codesOfTemplates: ReadonlySet<ProblemCode> = new Set(['template-failed', 'parameters-disagree']);

/**
 * True when a reinvoked pod has all of its sidecars and templates fail only because of what they read of the pod.
 * Another webhook has changed it since the first call, and the sidecars that are there need nothing more.
 */
export function isComplete(pod: Pod, dependencies: Dependencies | undefined, problems: readonly Problem[]): boolean {
  if (!dependencies || !isReinvocation(pod) || !problems.every(({ code }) => codesOfTemplates.has(code))) return false;
  const names = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(({ name }) => name);
  return dependencies.ids.every((id) => names.some((name) => isNameOf(id, name)));
}
