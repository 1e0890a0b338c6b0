import { statusKey } from '../core/annotations.ts';
import type { Pod } from '../core/pod.ts';
import type { Problem, ProblemCode } from '../core/problem.ts';
import { isOf } from '../select/instance.ts';
import type { Dependencies } from '../select/view.ts';
import { indexOfName } from './names.ts';
import { containersOf, hasContainer, type Placement } from './placement.ts';

/** True when the pod says that it was injected before. Anyone can write that, so nothing follows from it alone. */
export function saysInjected({ metadata }: Pod): boolean {
  return metadata?.annotations?.[statusKey] !== undefined;
}

/**
 * True for a sidecar that reads the pod and is in it already: others may have changed the pod since, and what the template
 * would give now is not what it gave then. Its containers go by their names, and all of it is left as it is.
 */
export function isSettled(pod: Pod, { selected, fragment }: Placement): boolean {
  if (selected.template.dependencies.size === 0 || !saysInjected(pod)) return false;
  return containersOf(fragment).some(({ name }) => hasContainer(pod, name));
}

/**
 * The instances that the pod has in the other form, native instead of classic or the other way round: replicas can differ in what
 * they know of the cluster, while one takes the place of the other for instance. Undefined where there are none.
 */
export function inOtherForm(pod: Pod, placements: readonly Placement[]): ReadonlySet<string> | undefined {
  if (!saysInjected(pod)) return undefined;
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

const ofTemplates: ReadonlySet<ProblemCode> = new Set(['template-failed', 'parameters-disagree']);

/**
 * True when the only problems are that templates fail on what they read of a pod which has all of its sidecars already: somebody
 * has changed it since the first call, and a sidecar that is there needs nothing any more.
 */
export function isComplete(pod: Pod, reading: Dependencies | undefined, problems: readonly Problem[]): boolean {
  if (!reading || !saysInjected(pod) || !problems.every(({ code }) => ofTemplates.has(code))) return false;
  const names = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(({ name }) => name);
  return reading.ids.every((id) => names.some((name) => isOf(id, name)));
}
