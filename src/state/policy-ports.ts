import { type Catalog, templateOf } from '../catalog/catalog.ts';
import { portsOf } from '../core/pod.ts';
import { rivalsOf } from '../policy/conflicts.ts';
import type { Policy, RequiredSidecar } from '../policy/policy.ts';
import { remembered } from '../policy/remembered.ts';
import { anywhere, problemsWith, renderRequired } from '../policy/render.ts';
import { claimsOf, obstacleBetween } from '../policy/together.ts';
import { type PolicyWarning, settingsIn } from './policy-lacks.ts';
import type { State } from './state.ts';

/**
 * A warning for each two sidecars that an enforced policy, or it and another one, gives the same port, which pods can
 * change: those for which nobody does are refused.
 */
export function sharedPortsOf(policy: Policy, { catalog, policies }: State): PolicyWarning[] {
  if (policy.action !== 'Enforce' || policy.require.length === 0) return [];
  const own = listening(policy, catalog);
  const others = rivalsOf(policy, policies).flatMap((each) => listening(each, catalog));
  const found = new Set<string>();
  const compare = (one: Listening, other: Listening) => {
    if (one.sidecar === other.sidecar) return;
    const port = one.ports.find((each) => other.ports.includes(each));
    if (port === undefined || isClaimed(one, other, catalog)) return;
    const owner = other.policy === policy ? other.sidecar : `${other.sidecar} of ${other.policy.name}`;
    found.add(`${one.sidecar} and ${owner} both have port ${Number.parseInt(port, 10)}.`);
  };
  for (const [i, one] of own.entries()) {
    for (const other of own.slice(i + 1)) compare(one, other);
    for (const other of others) compare(one, other);
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

/** What a policy has listening in its pods: it is compared with all others. */
const listening = remembered((policy: Policy, catalog: Catalog): readonly Listening[] =>
  policy.require.map((required) => {
    return { policy, sidecar: required.sidecar, ports: usualPorts(policy, required, catalog) };
  }),
);

function usualPorts({ defaults, lock }: Policy, required: RequiredSidecar, catalog: Catalog): string[] {
  const template = templateOf(required.sidecar, catalog);
  if (!template || template.dependencies.size > 0) return [];
  const settings = settingsIn([defaults, lock], template, catalog);
  if (problemsWith(template, settings, anywhere).length > 0) return [];
  try {
    const { containers, initContainers } = renderRequired(template, required, anywhere, settings);
    return [...initContainers, ...containers].flatMap(portsOf);
  } catch {
    return [];
  }
}

/** Whether no pod can have both, which is said elsewhere. */
function isClaimed(one: Listening, other: Listening, catalog: Catalog): boolean {
  const [a, b] = [one, other].map(({ policy, sidecar }) =>
    claimsOf(policy, catalog).sidecars.find((claim) => claim.sidecar === sidecar),
  );
  return a !== undefined && b !== undefined && obstacleBetween(a, b) !== undefined;
}
