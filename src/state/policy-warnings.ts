import { conflictsOf } from '../policy/conflicts.ts';
import type { Policy } from '../policy/policy.ts';
import { selects } from '../policy/selector.ts';
import { lacksOf, type PolicyWarning } from './policy-lacks.ts';
import { sharedPortsOf } from './policy-ports.ts';
import type { State } from './state.ts';

/** What is to be said of a policy that is valid. */
export function policyWarnings(policy: Policy, state: State): PolicyWarning[] {
  const { catalog, policies, namespaces } = state;
  const contradicting = conflictsOf(policy, policies, catalog);
  const shared = namespacesShared(policy, contradicting, namespaces);
  const warnings = [...contradicting].map(([other, conflicts]): PolicyWarning => {
    return { code: 'policies-conflict', message: `${conflicts.join(' ')} ${consequence(shared.get(other) ?? [])}` };
  });
  return [...warnings, ...lacksOf(policy, state), ...sharedPortsOf(policy, state)];
}

/** The namespaces that a policy and each of the others are for, by name. One walk: a cluster has thousands. */
function namespacesShared(
  policy: Policy,
  others: ReadonlyMap<Policy, unknown>,
  namespaces: State['namespaces'],
): ReadonlyMap<Policy, readonly string[]> {
  const shared = new Map<Policy, string[]>([...others.keys()].map((other) => [other, []]));
  if (others.size === 0) return shared;
  const byName = [...namespaces].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, { labels = {}, policies = [] }] of byName)
    if (selects(policy.namespaces, labels)) for (const other of policies) shared.get(other)?.push(name);
  return shared;
}

/** Namespaces that a warning names. */
const maxNamed = 3;

/** What becomes of the pods that both policies are for. */
function consequence(namespaces: readonly string[]): string {
  if (namespaces.length === 0)
    return 'No namespace is selected by both policies now. If one is later, new pods there that match both are refused.';
  const named = namespaces.slice(0, maxNamed).join(', ');
  const others = namespaces.length > maxNamed ? ` and ${namespaces.length - maxNamed} more` : '';
  return `New pods that match both policies are refused in these namespaces: ${named}${others}.`;
}
