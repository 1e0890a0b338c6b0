import { type Catalog, templateOf } from '../catalog/catalog.ts';
import { annotationKey, fromWorkloadKey, mirrorKey, statusKey } from '../core/annotations.ts';
import { type Annotations, readCarried } from '../core/from-workload.ts';
import { instanceId, isNameOf } from '../core/instance.ts';
import type { Pod } from '../core/objects.ts';
import type { PodCounts } from '../core/pod-counts.ts';
import { readStatus } from '../core/status.ts';
import type { Surroundings } from '../select/parameters.ts';
import { fixedParts } from './fixed.ts';
import { allowedBeside, isExempt, type Policy } from './policy.ts';
import { selects } from './selector.ts';

const noAnnotations: Annotations = {};

/** How a pod stands to a policy that its namespace has; undefined where the policy is not for the pod. */
export type StandingOf = (pod: Pod) => Exclude<keyof PodCounts, 'matching'> | undefined;

/**
 * How pods that run stand to a policy. A pod violates the policy when it lacks a container of a required sidecar, has
 * one of a forbidden sidecar, or asks for another value of a locked setting: whether the policy is enforced does not
 * matter. The content of containers is not compared, because an upgrade of the injector changes it.
 */
export function standingIn(policy: Policy, catalog: Catalog, surroundings: Surroundings): StandingOf {
  const required = requiredNames(policy, catalog, surroundings);
  const allowed = allowedBeside(policy, catalog);
  const isForbidden = (container: string, pod: Pod) => {
    const isIts = (sidecar: string) => isNameOf(instanceId(sidecar), container);
    return [...policy.forbid].some(isIts) && !allowed.some(isIts) && !isOfOther(container, pod, policy);
  };
  return (pod) => {
    if (pod.metadata?.annotations?.[mirrorKey] !== undefined) return undefined;
    if (!selects(policy.pods, pod.metadata?.labels ?? noAnnotations)) return undefined;
    if (isExempt(policy, pod)) return 'exempt';
    const names = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(({ name }) => name);
    const isComplete = required.every((name) => names.includes(name));
    return isComplete && !names.some((name) => isForbidden(name, pod)) && !changesLock(policy, pod)
      ? 'compliant'
      : 'violating';
  };
}

/** As in the rules of the chart: whether the injector has recorded the container as one of another sidecar. */
function isOfOther(container: string, { metadata }: Pod, { forbid }: Policy): boolean {
  const sidecars = readStatus(metadata?.annotations?.[statusKey])?.sidecars ?? [];
  return sidecars.some(
    ({ name, containers }) => !forbid.has(name.split('.')[0] ?? '') && containers.includes(container),
  );
}

function requiredNames({ require }: Policy, catalog: Catalog, surroundings: Surroundings): string[] {
  return require.flatMap((required) => {
    const template = templateOf(required.sidecar, catalog);
    const parts = template && fixedParts(template, required, surroundings);
    return parts?.containers.map(({ container }) => String(container.name)) ?? [];
  });
}

function changesLock({ require, lock }: Policy, { metadata }: Pod): boolean {
  const own = metadata?.annotations ?? noAnnotations;
  const carried = own[fromWorkloadKey];
  const says = { ...(carried === undefined ? noAnnotations : readCarried(carried)), ...own };
  return require.some(({ sidecar, locked }) =>
    [...locked].some((parameter) => {
      const key = annotationKey(sidecar, parameter, '');
      return says[key] !== undefined && says[key] !== lock[key];
    }),
  );
}
