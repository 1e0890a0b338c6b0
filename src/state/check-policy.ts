import { problemText } from '../core/problem.ts';
import { compilePolicy, type PolicyObject } from '../policy/compile.ts';
import { conflictsOf } from '../policy/conflicts.ts';
import type { TemplateCheck } from './check-template.ts';
import type { State } from './state.ts';

/** What is to be said of a policy that is being written: a policy that contradicts another one is taken, with a warning. */
export function checkPolicy(object: PolicyObject, { catalog, policies }: State): TemplateCheck {
  const compiled = compilePolicy(object, catalog);
  if ('problems' in compiled) return { problems: compiled.problems.map(problemText), warnings: [] };
  const conflicts = conflictsOf(compiled.policy, policies);
  return {
    problems: [],
    warnings: conflicts.map(
      (conflict) => `${conflict} A pod that both policies are for is refused. [policies-conflict]`,
    ),
  };
}
