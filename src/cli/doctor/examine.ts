import type { Check, Result } from './check.ts';
import { certificate } from './checks/certificate.ts';
import { definitions, kubernetes, native, rights } from './checks/cluster.ts';
import { policies, rules, templates } from './checks/objects.ts';
import { answers, injects, registered } from './checks/reached.ts';
import { failurePolicies, order, selection } from './checks/registration.ts';
import { budget, images, lease, replicas, version } from './checks/replicas.ts';
import { clock, latency } from './checks/timing.ts';
import type { Health } from './health.ts';

/** Every check, in the order of the output. */
const checks: readonly Check[] = [
  ...[registered, answers, injects, latency, certificate],
  ...[selection, failurePolicies, order],
  ...[replicas, images, budget, lease, version],
  ...[kubernetes, native, definitions, rights, clock],
  ...[templates, policies, rules],
];

/** What each check finds. */
export function examine(health: Health): readonly Result[] {
  return checks.map(({ name, look }) => ({ check: name, ...look(health) }));
}
