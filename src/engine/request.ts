import { fromWorkloadKey, mirrorKey } from '../core/annotations.ts';
import { type Annotations, carriedText, readCarried } from '../core/from-workload.ts';
import type { Pod } from '../core/objects.ts';
import type { Outcome } from '../core/outcome.ts';
import { readPod } from '../core/pod.ts';
import type { Problem } from '../core/problem.ts';
import { type Layer, pathOf } from '../core/source.ts';
import { annotationProblems } from '../merge/pod.ts';
import { withPolicies } from '../policy/layers.ts';
import { type Policy, policiesFor } from '../policy/policy.ts';
import type { State } from '../state/state.ts';
import { type InjectionRequest, refused, unchanged } from './injection-request.ts';
import type { PlanRequest } from './plan.ts';
import { unreadable, withoutContainers } from './unread.ts';

const none: ReadonlyMap<string, string> = new Map();
const noPolicies: readonly Policy[] = [];

/** What a request asks of the engine: the pod and what its plan follows from, or an outcome that needs no plan. */
export type ReadRequest = { readonly pod: Pod; readonly planRequest: PlanRequest } | { readonly outcome: Outcome };

/** Reads the pod, and gathers its layers of settings and its policies. */
export function readRequest(request: InjectionRequest, state: State): ReadRequest {
  const bare = request.isTemplate ? withoutContainers(request) : undefined;
  if (bare) return { outcome: bare };
  const read = readPod(request.pod);
  if ('problems' in read) return { outcome: unreadable(request, read.problems, state) };
  const { pod } = read;
  const annotations = pod.metadata?.annotations;
  if (annotations?.[mirrorKey] !== undefined) {
    const path = pathOf({ kind: 'pod', key: mirrorKey });
    return { outcome: unchanged('mirror-pod', path, 'A mirror pod cannot be changed.', []) };
  }
  const oversized = annotationProblems(withCarried(annotations, request.workload), none);
  if (oversized.length > 0) return { outcome: refused(oversized) };
  const carried = annotations?.[fromWorkloadKey];
  const workload = request.workload?.annotations ?? (carried === undefined ? undefined : readCarried(carried));
  if (carried !== undefined && !workload) return { outcome: refused([badFromWorkload]) };
  const namespace = state.namespaces.get(request.namespace);
  const layers: Layer[] = [
    { kind: 'pod', annotations },
    { kind: 'workload', annotations: workload },
    { kind: 'namespace', annotations: namespace?.annotations },
  ];
  const policies = namespace?.policies ? policiesFor(namespace.policies, pod) : noPolicies;
  const catalog = namespace?.catalog ?? state.catalog;
  const planRequest: PlanRequest = {
    layers: policies.length > 0 ? withPolicies(layers, policies, catalog) : layers,
    ...{ state, catalog, policies },
    subject: {
      pod,
      namespace: request.namespace,
      labels: namespace?.labels,
      annotations: namespace?.annotations,
    },
  };
  return { pod, planRequest };
}

/** The annotations that the pod will have before its sidecars. */
function withCarried(annotations: Annotations | undefined, workload: InjectionRequest['workload']): Annotations {
  const text = workload && carriedText(workload.annotations, undefined);
  return text === undefined ? (annotations ?? {}) : { ...annotations, [fromWorkloadKey]: text };
}

const badFromWorkload: Problem = {
  code: 'bad-from-workload',
  path: pathOf({ kind: 'pod', key: fromWorkloadKey }),
  message: 'The injector did not write this annotation.',
  fix: 'Remove it, and write annotations of the pod or of its workload instead.',
};
