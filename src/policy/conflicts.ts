import type { Catalog } from '../catalog/catalog.ts';
import type { Policy } from './policy.ts';
import { remembered } from './remembered.ts';
import { canOverlap } from './selector.ts';
import { type Claims, claimsOf, obstacleBetween } from './together.ts';

/** The enforced policies of a cluster that can be for a pod that this one is for, too. */
export const rivalsOf = remembered((policy: Policy, policies: readonly Policy[]): readonly Policy[] =>
  policies.filter(
    ({ name, action, namespaces, pods }) =>
      name !== policy.name &&
      action === 'Enforce' &&
      canOverlap(policy.namespaces, namespaces) &&
      canOverlap(policy.pods, pods),
  ),
);

/**
 * What in other policies contradicts a policy: one sentence for each. Only enforced policies contradict each other, and
 * only where there can be a pod that both are for. Both hold there, so such a pod is refused.
 */
export function conflictsOf(
  policy: Policy,
  policies: readonly Policy[],
  catalog: Catalog,
): ReadonlyMap<Policy, readonly string[]> {
  const conflicts = new Map<Policy, readonly string[]>();
  if (policy.action !== 'Enforce') return conflicts;
  const own = { policy, claims: claimsOf(policy, catalog) };
  for (const each of rivalsOf(policy, policies)) {
    const other = { policy: each, claims: claimsOf(each, catalog) };
    const found: string[] = [];
    addForbidden(policy, each, found);
    addForbidden(each, policy, found);
    addLocked(policy, each, found);
    addClosed(own, other, found);
    addClosed(other, own, found);
    addObstacles(own, other, found);
    if (found.length > 0) conflicts.set(each, found);
  }
  return conflicts;
}

/** A policy with its claims. */
interface Side {
  readonly policy: Policy;
  readonly claims: Claims;
}

function addForbidden(a: Policy, b: Policy, found: string[]): void {
  if (b.forbid.size === 0) return;
  for (const { sidecar } of a.require)
    if (b.forbid.has(sidecar)) found.push(`${a.name} requires the sidecar ${sidecar}, and ${b.name} forbids it.`);
}

function addLocked(a: Policy, b: Policy, found: string[]): void {
  for (const key in a.lock) {
    const [one, other] = [a.lock[key], b.lock[key]];
    if (other !== undefined && one !== other)
      found.push(`${a.name} locks ${key}: ${one}, and ${b.name} locks ${other}.`);
  }
}

/** What the first policy locks without a value of its own, and the other sets to another value than the template. */
function addClosed(a: Side, b: Side, found: string[]): void {
  const { closed } = a.claims;
  for (const [key, text] of b.claims.settings)
    if (closed.has(key) && closed.get(key) !== text)
      found.push(`${a.policy.name} locks ${key} to what the template says, and ${b.policy.name} sets ${text}.`);
}

function addObstacles(a: Side, b: Side, found: string[]): void {
  for (const one of a.claims.sidecars)
    for (const other of b.claims.sidecars) {
      const obstacle = obstacleBetween(one, other);
      if (obstacle === undefined) continue;
      const [first, second] = [a.policy.name, b.policy.name];
      found.push(`${first} requires the sidecar ${one.sidecar}, and ${second} requires ${other.sidecar}: ${obstacle}.`);
    }
}
