import { extendCatalog } from '../catalog/catalog.ts';
import { problemText } from '../core/problem.ts';
import type { Policy } from '../policy/policy.ts';
import { problemsIn } from '../policy/spec-problems.ts';
import type { Template } from '../template/template.ts';
import type { PolicyWarning } from './policy-lacks.ts';
import { policyWarnings } from './policy-warnings.ts';
import type { State } from './state.ts';

const fix = 'Keep what the policy uses, change the policy, and then the template.';

/**
 * What becomes of the policies of a cluster when this template of the cluster is written: those that are valid now and
 * are not with it, and those whose pods are refused then.
 */
export function policiesBrokenBy(template: Template, state: State): PolicyWarning[] {
  const next = { ...state, catalog: extendCatalog(state.catalog, [template], { replace: true }).catalog };
  const { name: sidecar } = template;
  const users = state.policies.filter(({ spec }) => {
    const keys = Object.keys(spec.defaults);
    return spec.require.some((each) => each.sidecar === sidecar) || keys.some((key) => key.startsWith(`${sidecar}-`));
  });
  return users.flatMap((policy) => invalidWith(policy, state, next) ?? refusingWith(policy, state, next));
}

/** Undefined where the policy is valid with the templates of the next state. */
function invalidWith({ name, action, spec }: Policy, state: State, next: State): PolicyWarning[] | undefined {
  const problems = problemsIn(spec, next.catalog);
  if (problems.length === 0) return undefined;
  const before = problemsIn(spec, state.catalog).map(problemText);
  const added = problems.filter((problem) => !before.includes(problemText(problem)));
  if (added.length === 0) return [];
  const isRefusing = action === 'Enforce' && added.some(({ path }) => path.startsWith('spec.require'));
  const what = `is not valid with this template${isRefusing ? ', and new pods that it is for are refused' : ''}`;
  const message = `spec: The policy ${name} ${what}: ${added.map(problemText).join(' ')} ${fix}`;
  return [{ code: 'bad-policy', message }];
}

/** What would be said of the policy if it were written after the template, and would not be said now. */
function refusingWith(policy: Policy, state: State, next: State): PolicyWarning[] {
  const warnings = policyWarnings(policy, next);
  if (warnings.length === 0) return [];
  const before = new Set(policyWarnings(policy, state).map(({ message }) => message));
  const added = warnings.filter(({ message }) => !before.has(message));
  const about = `spec: The policy ${policy.name} with this template:`;
  return added.map(({ code, message }) => ({ code, message: `${about} ${message} ${fix}` }));
}
