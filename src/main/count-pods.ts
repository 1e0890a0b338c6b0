import { setTimeout as pause } from 'node:timers/promises';
import { surveyPods } from '../cluster/survey-pods.ts';
import type { Log } from '../core/log.ts';
import type { PodCounts } from '../core/pod-counts.ts';
import { type Installation, namespacesWithout } from '../policy/enforcement.ts';
import type { Policy } from '../policy/policy.ts';
import { type StandingOf, standingIn } from '../policy/standing.ts';
import type { State } from '../state/state.ts';
import type { FollowedCluster } from './follow-cluster.ts';

export interface CountPodsOptions {
  readonly cluster: FollowedCluster;
  /** Milliseconds between two counts, at least. */
  readonly every: number;
  readonly installation: Installation;
  /** Every policy has been counted anew, by its name; nothing is known when this replica does not count. */
  readonly counted: (counts: ReadonlyMap<string, PodCounts>) => void;
  readonly log: Log;
}

/** Milliseconds after which a change of the policies is noticed. */
const soon = 5_000;

/** Counts the pods of each policy, until `stop`. Of several replicas, the one that writes statuses counts. */
export function countPods({ cluster, every, installation, counted, log }: CountPodsOptions): {
  readonly stop: () => void;
} {
  const { api, isWriter } = cluster;
  const stopping = new AbortController();
  async function run(): Promise<void> {
    let last: { readonly policies: State['policies']; readonly at: number } | undefined;
    while (!stopping.signal.aborted) {
      const state = cluster.state();
      if (!isWriter()) {
        if (last) counted(new Map());
        last = undefined;
      } else if (cluster.ready() === undefined) {
        const isDue = last?.policies !== state.policies || Date.now() - last.at >= every;
        if (isDue) {
          last = { policies: state.policies, at: Date.now() };
          await count(state).catch((error: unknown) =>
            log.warn({ err: error }, 'the pods of policies could not be counted, will retry'),
          );
        }
      }
      await pause(Math.min(every, soon), undefined, { ref: false, signal: stopping.signal }).catch(() => undefined);
    }
  }
  async function count(state: State): Promise<void> {
    const counts = createCounts(state, namespacesWithout(installation));
    const isWhole = state.policies.length === 0 || (await surveyPods(api, counts.see, stopping.signal));
    if (isWhole) counted(counts.all);
  }
  void run();
  return { stop: () => stopping.abort() };
}

function createCounts(state: State, excluded: ReadonlySet<string>) {
  const standings = new Map<Policy, StandingOf>();
  const all = new Map<string, { -readonly [count in keyof PodCounts]: number }>();
  for (const policy of state.policies) {
    standings.set(policy, standingIn(policy, state.catalog, state));
    all.set(policy.name, { matching: 0, compliant: 0, violating: 0, exempt: 0 });
  }
  return {
    all,
    see(pod: Parameters<StandingOf>[0]) {
      const namespace = String(pod.metadata?.namespace);
      if (excluded.has(namespace)) return;
      for (const policy of state.namespaces.get(namespace)?.policies ?? []) {
        const counts = all.get(policy.name);
        const standing = standings.get(policy)?.(pod);
        if (!counts || !standing) continue;
        counts.matching += 1;
        counts[standing] += 1;
      }
    },
  };
}
