import { type Catalog, templateOf } from '../catalog/catalog.ts';
import { annotationKey } from '../core/annotations.ts';
import { alwaysLocked, isClosed, type Policy } from './policy.ts';
import { canOverlap } from './selector.ts';
import { claimsOf, obstacleBetween } from './together.ts';

/**
 * What in other policies contradicts a policy: one sentence for each. Only enforced policies contradict each other, and
 * only where there can be a pod that both are for. Both hold there, so such a pod is refused.
 */
export function conflictsOf(policy: Policy, others: readonly Policy[], catalog: Catalog): string[] {
  if (policy.action !== 'Enforce') return [];
  return others.flatMap((other) => {
    if (other.name === policy.name || other.action !== 'Enforce') return [];
    const found = [
      ...[...oneWay(policy, other), ...oneWay(other, policy)],
      ...[...locksOf(policy, other), ...closedBy(policy, other, catalog), ...closedBy(other, policy, catalog)],
      ...obstaclesBetween(policy, other, catalog),
    ];
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

/** What the first policy locks without a value of its own, and the other sets to another value than the template. */
function closedBy(a: Policy, b: Policy, catalog: Catalog): string[] {
  return a.require.flatMap((required) => {
    const { sidecar, settings, locksAll } = required;
    const parameters = templateOf(sidecar, catalog)?.parameters;
    const names = locksAll ? [...(parameters?.keys() ?? [])] : [...alwaysLocked];
    return names.flatMap((name) => {
      const key = annotationKey(sidecar, name, '');
      const text = b.lock[key] ?? b.defaults[key];
      if (text === undefined || settings[name] !== undefined || !isClosed(required, name)) return [];
      if (text === parameters?.get(name)?.declaration.default) return [];
      return [`${a.name} locks ${key} to what the template says, and ${b.name} sets ${text}.`];
    });
  });
}

function obstaclesBetween(a: Policy, b: Policy, catalog: Catalog): string[] {
  const others = claimsOf(b, catalog);
  return claimsOf(a, catalog).flatMap((one) =>
    others.flatMap((other) => {
      const obstacle = obstacleBetween(one, other);
      if (obstacle === undefined) return [];
      return [`${a.name} requires the sidecar ${one.sidecar}, and ${b.name} requires ${other.sidecar}: ${obstacle}.`];
    }),
  );
}
