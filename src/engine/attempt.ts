import type { Pod } from '../core/objects.ts';
import type { InjectedSidecar, Outcome } from '../core/outcome.ts';
import { isReinvocation } from '../core/pod.ts';
import type { Problem, ReasonCode } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import { type Merged, merge } from '../merge/merge.ts';
import { inOtherForm, isComplete } from '../merge/reinvocation.ts';
import type { Selection } from '../select/select.ts';
import { jsonOf, planFor } from './cache.ts';
import { makePlan, type PlanRequest } from './plan.ts';

/** An outcome. Where it is a refusal: the problems to solve first, and what caused those in the pod's spec. */
export interface Attempt {
  readonly outcome: Outcome;
  readonly problems: readonly Problem[];
  readonly causes: Merged['causes'];
}

const noCauses: Merged['causes'] = new Map();

/** Plans and merges. The caller decides whether a refusal is the last word. */
export function attemptWith(request: PlanRequest, pod: Pod): Attempt {
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
    return { outcome: { kind: 'Refused', problems: all, warnings }, problems: first, causes };
  }
  const patch = merged.operations;
  if (all.length === 0 && patch.length > 0) {
    const patchJson = jsonOf(entry, patch);
    if (patchJson.length <= maxPatch) return admitted({ kind: 'Injected', sidecars, patch, patchJson, warnings });
    const tooLarge = [patchTooLarge(patchJson.length)];
    return { outcome: { kind: 'Refused', problems: tooLarge, warnings }, problems: tooLarge, causes };
  }
  const path = sidecars[0]?.source ?? '';
  return admitted(
    unchanged('already-injected', path, 'The pod has every sidecar that it asks for.', warnings, sidecars),
  );
}

/** Characters of JSON. In Base64 they are a third more, and the API server holds all of it for each pod. */
const maxPatch = 768 * 1024;

function patchTooLarge(length: number): Problem {
  const message = `The patch has ${length} characters; ${maxPatch} are allowed.`;
  const fix = 'Name the containers that need the sidecar, instead of all of them.';
  return { code: 'patch-too-large', path: 'spec.containers', message, fix };
}

function nothingToDo({ optedOut, turnedOff, warnings }: Selection): Outcome {
  if (optedOut) return unchanged('opted-out', pathOf(optedOut), `${optedOut.key} is "false".`, warnings);
  if (turnedOff)
    return unchanged('turned-off', 'metadata.annotations', 'Every sidecar that is named is turned off.', warnings);
  return unchanged('nothing-asked', 'metadata.annotations', 'No annotation asks for a sidecar.', warnings);
}

export function unchanged(
  code: ReasonCode,
  path: string,
  message: string,
  warnings: readonly string[],
  sidecars: readonly InjectedSidecar[] = [],
): Outcome {
  return { kind: 'Unchanged', reasons: [{ code, path, message }], sidecars, warnings };
}
