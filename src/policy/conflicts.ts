import type { Policy } from './policy.ts';
import { canOverlap } from './selector.ts';

/**
 * What in other policies contradicts a policy: one sentence for each. Only enforced policies contradict each other, and
 * only where there can be a pod that both are for. Both hold there, so such a pod is refused.
 */
export function conflictsOf(policy: Policy, others: readonly Policy[]): string[] {
  if (policy.action !== 'Enforce') return [];
  return others.flatMap((other) => {
    if (other.name === policy.name || other.action !== 'Enforce') return [];
    const found = [...oneWay(policy, other), ...oneWay(other, policy), ...locksOf(policy, other)];
    if (found.length === 0) return [];
    return canOverlap(policy.namespaces, other.namespaces) && canOverlap(policy.pods, other.pods) ? found : [];
  });
}

function oneWay(a: Policy, b: Policy): string[] {
  return a.require
    .filter(({ sidecar }) => b.forbid.has(sidecar))
    .map(({ sidecar }) => `${a.name} requires the sidecar ${sidecar}, and ${b.name} forbids it.`);
}

function locksOf(a: Policy, b: Policy): string[] {
  return Object.keys(a.lock).flatMap((key) => {
    const [one, other] = [a.lock[key], b.lock[key]];
    return other === undefined || one === other
      ? []
      : [`${a.name} locks ${key}: ${one}, and ${b.name} locks ${other}.`];
  });
}
