import { problemText } from '../core/problem.ts';
import { compilePolicy, type PolicyObject } from '../policy/compile.ts';
import type { TemplateCheck } from './check-template.ts';
import { policyWarnings } from './policy-warnings.ts';
import type { State } from './state.ts';

/**
 * What is to be said of a policy that is being written: a policy that contradicts another one is taken, with a warning,
 * and so is one that leaves to others what its sidecars need, or that gives two the same port.
 */
export function checkPolicy(object: PolicyObject, state: State): TemplateCheck {
  const compiled = compilePolicy(object, state.catalog);
  if ('problems' in compiled) return { problems: compiled.problems.map(problemText), warnings: [] };
  const warnings = policyWarnings(compiled.policy, state);
  return { problems: [], warnings: warnings.map(({ code, message }) => `${message} [${code}]`) };
}
