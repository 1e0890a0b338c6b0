import { fieldAt, textAt } from '../../core/fields.ts';
import { objectsOf } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import { maxExplained, problemText } from '../../core/problem.ts';
import { injectManifests } from '../inject/inject-manifests.ts';
import type { Injection } from '../inject/inject-object.ts';
import { withPolicies } from '../inject/policies.ts';
import type { Reading } from '../inject/read-together.ts';

/** What policies would do to the pods and workloads of manifests. */
export interface TestedPolicies {
  readonly lines: readonly string[];
  /** How many would be refused. */
  readonly refused: number;
}

/**
 * Compares what becomes of each pod and workload without the policies of the manifests and with them, as if all were
 * enforced. Pods that a controller of the manifests makes anew are not listed.
 */
export function testLines(reading: Reading): TestedPolicies {
  const { state, written, namespace } = reading;
  const others = state.policies.filter((policy) => !written.has(policy));
  const enforced = [...written.keys()].map((policy) => ({ ...policy, action: 'Enforce' as const }));
  const without = injectManifests(reading, withPolicies(state, others)).injections;
  const withThem = injectManifests(reading, withPolicies(state, [...others, ...enforced])).injections;
  let refused = 0;
  let changed = 0;
  let same = 0;
  const lines = withThem.flatMap((injection, i) => {
    const before = without[i];
    if (!before || isOwned(injection)) return [];
    const own = textAt(injection.found.object, 'metadata.namespace') || namespace;
    const line = (text: string) => [printable(`${own}/${injection.found.title}: ${text}`)];
    const { outcome } = injection;
    if (outcome.kind === 'Refused') {
      refused += 1;
      const anyway = before.outcome.kind === 'Refused' ? ', also without the policies' : '';
      return line(`would be refused${anyway}: ${outcome.problems.slice(0, maxExplained).map(problemText).join(' ')}`);
    }
    const [now, then] = [outcome, before.outcome].map(sidecarsOf);
    const added = [...(now ?? [])].filter(([name, hash]) => then?.get(name) !== hash).map(([name]) => name);
    const removed = [...(then ?? [])].filter(([name]) => !now?.has(name)).map(([name]) => name);
    if (added.length + removed.length === 0) {
      same += 1;
      return [];
    }
    changed += 1;
    const parts = [
      ...(added.length > 0 ? [`would get ${added.join(', ')} as the policies say`] : []),
      ...(removed.length > 0 ? [`would lose ${removed.join(', ')}`] : []),
    ];
    return line(parts.join(', and '));
  });
  return { lines: [...lines, `${refused} would be refused, ${changed} changed, ${same} stay as they are.`], refused };
}

/** Kinds that are listed themselves, or whose owners are. */
const listed: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);

function isOwned({ found }: Injection): boolean {
  const owners = objectsOf(fieldAt(found.object, 'metadata.ownerReferences'));
  return owners.some(({ controller, kind }) => controller === true && listed.has(String(kind)));
}

/** The sidecars of an outcome, with their hashes. */
function sidecarsOf(outcome: Injection['outcome']): ReadonlyMap<string, string> {
  return new Map('sidecars' in outcome ? outcome.sidecars.map(({ name, hash }) => [name, hash]) : []);
}
