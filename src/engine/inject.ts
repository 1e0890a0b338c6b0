import { mirrorKey } from '../core/annotations.ts';
import type { Json } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import type { Outcome } from '../core/outcome.ts';
import { readPod } from '../core/pod.ts';
import { type Layer, pathOf } from '../core/source.ts';
import { firstLine } from '../language/cel.ts';
import { withPolicies } from '../policy/policy.ts';
import type { State } from '../state/state.ts';
import { attemptWith, unchanged } from './attempt.ts';
import { leaveOut, leaveOutAll } from './leave-out.ts';
import type { PlanRequest } from './plan.ts';

/** A pod (or a workload's pod template) that is about to be created. */
export interface InjectionRequest {
  readonly pod: Json | undefined;
  readonly namespace: string;
  /** The workload of the pod template, where the caller has it: the pod's annotations override the workload's. */
  readonly workload?: { readonly annotations: { readonly [key: string]: string } };
}

/**
 * The one pure entry of the engine: what becomes of a pod. The pod is not changed, nothing is thrown, and the same request
 * with the same state gives the same outcome, byte for byte.
 */
export function inject(request: InjectionRequest, state: State): Outcome {
  try {
    return injectPod(request, state);
  } catch (error) {
    const message = `The injector failed: ${firstLine(error)}.`;
    const fix = 'Report it with the pod that caused it.';
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    return { kind: 'Failed', problem: { code: 'internal-error', path: '', message, fix }, stack };
  }
}

function injectPod(request: InjectionRequest, state: State): Outcome {
  const read = readPod(request.pod);
  if ('problems' in read) return { kind: 'Refused', problems: read.problems, warnings: [] };
  const { pod } = read;
  const annotations = pod.metadata?.annotations;
  if (annotations?.[mirrorKey] !== undefined) {
    const path = pathOf({ kind: 'pod', key: mirrorKey });
    return unchanged('mirror-pod', path, 'A mirror pod cannot be changed.', []);
  }
  const namespace = state.namespaces.get(request.namespace);
  const layers: Layer[] = [
    { kind: 'pod', annotations },
    { kind: 'workload', annotations: request.workload?.annotations },
    { kind: 'namespace', annotations: namespace?.annotations },
  ];
  const planRequest: PlanRequest = {
    layers: state.policies.length > 0 ? withPolicies(layers, state.policies) : layers,
    state,
    catalog: namespace?.catalog ?? state.catalog,
    subject: {
      pod,
      namespace: request.namespace,
      labels: namespace?.labels,
      annotations: namespace?.annotations,
    },
  };
  return withoutMistakesOfNamespace(planRequest, pod);
}

/** Attempts that each leave out what the one before found. After that, one more leaves out the whole namespace. */
const maxAttempts = 4;

/** What becomes of the pod when mistakes on its namespace are left out with a warning. */
function withoutMistakesOfNamespace(request: PlanRequest, pod: Pod): Outcome {
  let { layers } = request;
  let attempt = attemptWith(request, pod);
  const warnings: string[] = [];
  for (let i = 1; i < maxAttempts && attempt.outcome.kind === 'Refused'; i++) {
    const less = leaveOut(layers, attempt.problems, attempt.causes);
    if (!less) break;
    warnings.push(...less.warnings);
    layers = less.layers;
    attempt = attemptWith({ ...request, layers }, pod);
  }
  const rest = attempt.outcome.kind === 'Refused' ? leaveOutAll(layers, attempt.problems) : undefined;
  const last = rest && attemptWith({ ...request, layers: rest.layers }, pod);
  if (rest && last && last.outcome.kind !== 'Refused') {
    warnings.push(...rest.warnings);
    attempt = last;
  }
  const { outcome } = attempt;
  if (warnings.length === 0 || outcome.kind === 'Failed') return outcome;
  return { ...outcome, warnings: [...warnings, ...outcome.warnings] };
}
