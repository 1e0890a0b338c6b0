import { problemText } from '../core/problem.ts';
import { compilePolicy, type PolicyObject } from '../policy/compile.ts';
import { conflictsOf } from '../policy/conflicts.ts';
import { selects } from '../policy/selector.ts';
import type { TemplateCheck } from './check-template.ts';
import type { State } from './state.ts';

/** What is to be said of a policy that is being written: a policy that contradicts another one is taken, with a warning. */
export function checkPolicy(object: PolicyObject, { catalog, policies, namespaces }: State): TemplateCheck {
  const compiled = compilePolicy(object, catalog);
  if ('problems' in compiled) return { problems: compiled.problems.map(problemText), warnings: [] };
  const { policy } = compiled;
  const warnings = policies.flatMap((other) => {
    const conflicts = conflictsOf(policy, [other]);
    if (conflicts.length === 0) return [];
    const shared = [...namespaces].filter(
      ([, { labels = {}, policies = [] }]) => policies.includes(other) && selects(policy.namespaces, labels),
    );
    return `${conflicts.join(' ')} ${consequence(shared.map(([name]) => name).sort())} [policies-conflict]`;
  });
  return { problems: [], warnings };
}

/** Namespaces that a warning names. */
const maxNamed = 3;

/** What becomes of the pods that both policies are for. */
function consequence(namespaces: readonly string[]): string {
  if (namespaces.length === 0) return 'No namespace has both policies now. Where one gets both, its pods are refused.';
  const named = namespaces.slice(0, maxNamed).join(', ');
  const others = namespaces.length > maxNamed ? ` and ${namespaces.length - maxNamed} more` : '';
  return `New pods that both policies are for are refused, in: ${named}${others}.`;
}
