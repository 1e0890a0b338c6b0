import type { Catalog } from '../catalog/catalog.ts';
import type { Policy } from './policy.ts';
import { canOverlap } from './selector.ts';
import { claimsOf, obstacleBetween } from './together.ts';

/**
 * What in other policies contradicts a policy: one sentence for each. Only enforced policies contradict each other, and
 * only where there can be a pod that both are for. Both hold there, so such a pod is refused.
 */
export function conflictsOf(policy: Policy, others: readonly Policy[], catalog: Catalog): string[] {
  if (policy.action !== 'Enforce') return [];
  const own = { policy, claims: claimsOf(policy, catalog) };
  return others.flatMap((each) => {
    if (each.name === policy.name || each.action !== 'Enforce') return [];
    const other = { policy: each, claims: claimsOf(each, catalog) };
    const found = [
      ...[...oneWay(policy, each), ...oneWay(each, policy), ...locksOf(policy, each)],
      ...[...closedBy(own, other), ...closedBy(other, own), ...obstaclesBetween(own, other)],
    ];
    if (found.length === 0) return [];
    return canOverlap(policy.namespaces, each.namespaces) && canOverlap(policy.pods, each.pods) ? found : [];
  });
}

/** A policy with its claims. */
interface Side {
  readonly policy: Policy;
  readonly claims: ReturnType<typeof claimsOf>;
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

/** What the first policy locks without a value of its own, and the other sets to another value than the template. */
function closedBy(a: Side, b: Side): string[] {
  const { closed } = a.claims;
  const found: string[] = [];
  for (const [key, text] of b.claims.settings)
    if (closed.has(key) && closed.get(key) !== text)
      found.push(`${a.policy.name} locks ${key} to what the template says, and ${b.policy.name} sets ${text}.`);
  return found;
}

function obstaclesBetween(a: Side, b: Side): string[] {
  const found: string[] = [];
  for (const one of a.claims.sidecars)
    for (const other of b.claims.sidecars) {
      const obstacle = obstacleBetween(one, other);
      if (obstacle === undefined) continue;
      const [first, second] = [a.policy.name, b.policy.name];
      found.push(`${first} requires the sidecar ${one.sidecar}, and ${second} requires ${other.sidecar}: ${obstacle}.`);
    }
  return found;
}
