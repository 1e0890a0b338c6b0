import type { Pod } from '../core/objects.ts';
import type { Outcome } from '../core/outcome.ts';
import { isReinvocation, suspectsIn } from '../core/pod.ts';
import type { Problem, Warning } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import { firstLine } from '../language/cel.ts';
import { type Merged, merge } from '../merge/merge.ts';
import { inOtherForm, isComplete } from '../merge/reinvocation.ts';
import { withPossibleFixes } from '../policy/advice.ts';
import type { Selection } from '../select/select.ts';
import type { State } from '../state/state.ts';
import { encodedPatch, maxPatch, planFor } from './cache.ts';
import { withForgotten } from './forgotten.ts';
import { type InjectionRequest, unchanged } from './injection-request.ts';
import { leaveOut, leaveOutAll } from './leave-out.ts';
import { withMisplaced } from './misplaced.ts';
import { makePlan, type PlanRequest } from './plan.ts';
import { readRequest } from './request.ts';

/**
 * The one pure entry of the engine: what becomes of a pod. The pod is not changed, nothing is thrown, and the same
 * request with the same state gives the same outcome, byte for byte.
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
  const read = readRequest(request, state);
  if ('outcome' in read) return read.outcome;
  const { pod, planRequest } = read;
  const { outcome: bare } = withNamespaceDefaults(planRequest, pod);
  const suspects = suspectsIn(pod.metadata, true);
  const outcome = suspects.length > 0 ? withMisplaced(bare, pod, suspects) : bare;
  return isReinvocation(pod) ? withForgotten(outcome, planRequest) : outcome;
}

/** Attempts that each leave out what the one before found. After that, one more leaves out the whole namespace. */
const maxAttempts = 4;

/** An outcome, and the layers that it follows from. */
export interface Settled {
  readonly outcome: Outcome;
  readonly layers: PlanRequest['layers'];
}

/** What becomes of the pod when what its namespace says wrongly is left out, with a warning. */
export function withNamespaceDefaults(request: PlanRequest, pod: Pod): Settled {
  let { layers } = request;
  let attempt = attemptWith(request, pod);
  const warnings: Warning[] = [];
  for (let i = 1; i < maxAttempts && attempt.outcome.kind === 'Refused'; i++) {
    const less = leaveOut(request.catalog, layers, attempt.problems, attempt.causes);
    if (!less) break;
    warnings.push(...less.warnings);
    layers = less.layers;
    attempt = attemptWith({ ...request, layers }, pod);
  }
  const rest = attempt.outcome.kind === 'Refused' ? leaveOutAll(request.catalog, layers, attempt.problems) : undefined;
  const last = rest && attemptWith({ ...request, layers: rest.layers }, pod);
  if (rest && last && last.outcome.kind !== 'Refused') {
    warnings.push(...rest.warnings);
    layers = rest.layers;
    attempt = last;
  }
  const { outcome } = attempt;
  if (warnings.length === 0 || outcome.kind === 'Failed') return { outcome, layers };
  return { outcome: { ...outcome, warnings: [...warnings, ...outcome.warnings] }, layers };
}

/** An outcome. Where it is a refusal: the problems to solve first, and what caused those in the pod's spec. */
interface Attempt {
  readonly outcome: Outcome;
  readonly problems: readonly Problem[];
  readonly causes: Merged['causes'];
}

const noCauses: Merged['causes'] = new Map();

/** Plans and merges. The caller decides whether a refusal is the last word. */
function attemptWith(request: PlanRequest, pod: Pod): Attempt {
  const entry = planFor(request);
  const otherForm = isReinvocation(pod) ? inOtherForm(pod, entry.plan.insertion.placements) : undefined;
  const plan = otherForm ? makePlan(request, otherForm) : entry.plan;
  const { selection, insertion, sidecars, problems } = plan;
  const admitted = (outcome: Outcome): Attempt => ({ outcome, problems: [], causes: noCauses });
  if (insertion.placements.length === 0 && problems.length === 0) return admitted(nothingToDo(selection));

  const merged = merge(pod, insertion);
  const { causes } = merged;
  const warnings = [...selection.warnings, ...merged.warnings];
  const all = [...problems, ...merged.problems];
  if (all.length > 0 && !isComplete(pod, selection.dependencies, all)) {
    // Behind a wrong value is a sample, and what that collides with can be none of the pod's problems.
    const first = problems.length > 0 ? problems : merged.problems;
    const possible = withPossibleFixes(all, request.policies, request.catalog);
    return { outcome: { kind: 'Refused', problems: possible, warnings }, problems: first, causes };
  }
  const patch = merged.operations;
  if (all.length === 0 && patch.length > 0) {
    const encoded = encodedPatch(entry, patch);
    if (encoded) return admitted({ kind: 'Injected', sidecars, patch, encoded, warnings });
    return { outcome: { kind: 'Refused', problems: [patchTooLarge], warnings }, problems: [patchTooLarge], causes };
  }
  const path = sidecars[0]?.source ?? '';
  return admitted(
    unchanged('already-injected', path, 'The pod has every sidecar that it asks for.', warnings, sidecars),
  );
}

const patchTooLarge: Problem = {
  code: 'patch-too-large',
  path: 'spec.containers',
  message: `The patch would have more than ${maxPatch} bytes.`,
  fix: 'Name the containers that need the sidecar, instead of all of them.',
};

function nothingToDo({ optedOut, turnedOff, warnings }: Selection): Outcome {
  if (optedOut) return unchanged('opted-out', pathOf(optedOut), `${optedOut.key} is "false".`, warnings);
  if (turnedOff)
    return unchanged('turned-off', 'metadata.annotations', 'Every sidecar that is named is turned off.', warnings);
  return unchanged('nothing-asked', 'metadata.annotations', 'No annotation asks for a sidecar.', warnings);
}
