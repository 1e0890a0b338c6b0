import { type Catalog, templateOf } from '../catalog/catalog.ts';
import { portsOf } from '../core/pod.ts';
import type { Policy, RequiredSidecar } from '../policy/policy.ts';
import { problemsWith, renderRequired } from '../policy/render.ts';
import { canOverlap } from '../policy/selector.ts';
import { claimsOf, obstacleBetween } from '../policy/together.ts';
import { type PolicyWarning, settingsIn } from './policy-lacks.ts';
import type { State } from './state.ts';

/**
 * A warning for each two sidecars that an enforced policy, or it and another one, gives the same port, which pods can
 * change: those for which nobody does are refused.
 */
export function sharedPortsOf(policy: Policy, state: State): PolicyWarning[] {
  if (policy.action !== 'Enforce' || policy.require.length === 0) return [];
  const own = listening(policy, state);
  const found = new Set<string>();
  const compare = (one: Listening, other: Listening) => {
    const port = one.ports.find((each) => other.ports.includes(each));
    if (port === undefined || isClaimed(one, other, state.catalog) || !canMeet(policy, other.policy)) return;
    const owner = other.policy === policy ? other.sidecar : `${other.sidecar} of ${other.policy.name}`;
    found.add(`${one.sidecar} and ${owner} both have port ${Number.parseInt(port, 10)}.`);
  };
  for (const [i, one] of own.entries()) {
    for (const other of own.slice(i + 1)) compare(one, other);
    for (const each of state.policies)
      if (each.action === 'Enforce' && each.name !== policy.name)
        for (const other of listening(each, state)) compare(one, other);
  }
  return [...found].map((what) => ({
    code: 'port-taken',
    message: `spec.require: New pods for which nobody sets another port are refused: ${what}`,
  }));
}

/** A required sidecar with the ports that it has in pods that say nothing. */
interface Listening {
  readonly policy: Policy;
  readonly sidecar: string;
  readonly ports: readonly string[];
}

const known = new WeakMap<Policy, { readonly catalog: Catalog; readonly listening: readonly Listening[] }>();

/** They are remembered: each policy is compared with all others. */
function listening(policy: Policy, state: State): readonly Listening[] {
  const before = known.get(policy);
  if (before?.catalog === state.catalog) return before.listening;
  const listening = policy.require.map((required) => {
    return { policy, sidecar: required.sidecar, ports: usualPorts(policy, required, state) };
  });
  known.set(policy, { catalog: state.catalog, listening });
  return listening;
}

/** Whether there can be a pod that both are for. */
function canMeet(a: Policy, b: Policy): boolean {
  return a === b || (canOverlap(a.namespaces, b.namespaces) && canOverlap(a.pods, b.pods));
}

function usualPorts({ defaults, lock }: Policy, required: RequiredSidecar, state: State): string[] {
  const template = templateOf(required.sidecar, state.catalog);
  if (!template || template.dependencies.size > 0) return [];
  const settings = settingsIn([defaults, lock], template, state.catalog);
  if (problemsWith(template, settings, state).length > 0) return [];
  try {
    const { containers, initContainers } = renderRequired(template, required, state, settings);
    return [...initContainers, ...containers].flatMap(portsOf);
  } catch {
    return [];
  }
}

/** Whether the same sidecar is meant, or no pod can have both, which is said elsewhere. */
function isClaimed(one: Listening, other: Listening, catalog: Catalog): boolean {
  const [a, b] = [one, other].map(({ policy, sidecar }) =>
    claimsOf(policy, catalog).sidecars.find((claim) => claim.sidecar === sidecar),
  );
  return one.sidecar === other.sidecar || (a !== undefined && b !== undefined && obstacleBetween(a, b) !== undefined);
}
