import { extendCatalog } from '../catalog/catalog.ts';
import { type Problem, problemText } from '../core/problem.ts';
import { conflictsOf } from '../policy/conflicts.ts';
import { problemsIn } from '../policy/spec-problems.ts';
import type { Template } from '../template/template.ts';
import type { State } from './state.ts';

/**
 * What becomes of the policies of a cluster when this template of the cluster is written: those that are valid now and
 * are not with it, and those that contradict each other then.
 */
export function policiesBrokenBy(template: Template, { catalog, policies }: State): Problem[] {
  const next = extendCatalog(catalog, [template], { replace: true }).catalog;
  const { name: sidecar } = template;
  const users = policies.filter(({ spec }) => {
    const keys = Object.keys(spec.defaults);
    return spec.require.some((each) => each.sidecar === sidecar) || keys.some((key) => key.startsWith(`${sidecar}-`));
  });
  return users.flatMap((policy) => {
    const { name, action, spec } = policy;
    const before = problemsIn(spec, catalog).map(problemText);
    const problems = problemsIn(spec, next).map(problemText);
    const added = problems.filter((text) => !before.includes(text));
    const conflicts = conflictsOf(policy, policies, catalog);
    const more =
      problems.length > 0 ? [] : conflictsOf(policy, policies, next).filter((each) => !conflicts.includes(each));
    const then = action === 'Enforce' && spec.require.length > 0 ? ', and new pods that it is for are refused' : '';
    return [
      ...(added.length > 0
        ? [warningOf(`The policy ${name} is not valid with this template${then}: ${added.join(' ')}`)]
        : []),
      ...(more.length > 0
        ? [warningOf(`With this template, new pods of two policies are refused: ${more.join(' ')}`)]
        : []),
    ];
  });
}

function warningOf(message: string): Problem {
  const fix = 'Keep what the policy uses, change the policy, and then the template.';
  return { code: 'bad-policy', path: 'spec', message, fix };
}
