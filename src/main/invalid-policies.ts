import type { Log } from '../core/log.ts';
import type { TemplateObject } from '../core/objects.ts';
import type { Policy } from '../policy/policy.ts';
import type { PolicyVerdict } from '../state/cluster-policies.ts';

/**
 * Logs each policy that is not valid, once for each reason and effect. `counting` are the policies that pods are judged
 * by.
 */
export function createInvalidPolicies(log: Pick<Log, 'warn'>) {
  let known: ReadonlyMap<string, string> = new Map();
  return (policies: ReadonlyMap<TemplateObject, PolicyVerdict>, counting: readonly Policy[]): void => {
    const next = new Map<string, string>();
    for (const [{ metadata }, { ready, message: problem }] of policies) {
      if (ready) continue;
      const { name: policy } = metadata;
      const effect = counting.some(({ name }) => name === policy)
        ? 'what can be made of it still counts'
        : 'it has no effect on new pods';
      next.set(policy, `${effect}: ${problem}`);
      if (known.get(policy) !== next.get(policy)) log.warn({ policy, problem }, `a policy is not valid: ${effect}`);
    }
    known = next;
  };
}
