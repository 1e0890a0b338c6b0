import type { Policy } from './policy.ts';
import { type Labels, selects } from './selector.ts';

const none: readonly Policy[] = [];

/**
 * Finds the policies of a namespace by its labels, in the order of `policies`. A policy that names a label's value is
 * looked for only in namespaces that have it, so 10,000 namespaces and 500 policies are not five million comparisons.
 */
export function byNamespace(policies: readonly Policy[]): (labels: Labels) => readonly Policy[] {
  const named = new Map<string, Policy[]>();
  const others: Policy[] = [];
  for (const policy of policies) {
    const requirement = policy.namespaces.find(({ operator }) => operator === 'In');
    if (!requirement) others.push(policy);
    else
      for (const value of new Set(requirement.values)) {
        const key = `${requirement.key}=${value}`;
        named.set(key, [...(named.get(key) ?? []), policy]);
      }
  }
  const order = new Map(policies.map((policy, i) => [policy, i]));
  const known = new WeakMap<Labels, readonly Policy[]>();
  return (labels) => {
    const before = known.get(labels);
    if (before) return before;
    const candidates = [...Object.keys(labels).flatMap((key) => named.get(`${key}=${labels[key]}`) ?? []), ...others];
    const found = candidates
      .filter(({ namespaces }) => selects(namespaces, labels))
      .sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    const result = found.length > 0 ? found : none;
    known.set(labels, result);
    return result;
  };
}
