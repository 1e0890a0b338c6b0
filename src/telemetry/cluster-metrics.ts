import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { TemplateObject, Verdict } from '../core/objects.ts';
import { declared } from './declared.ts';
import { lookupBuckets, type MetricDeclaration, metricsTable } from './metrics-table.ts';

/** What the way to the API server adds to the metrics. */
export interface ClusterMetrics {
  /** Something that happened to the watch of a kind. */
  watch(kind: string, what: 'list' | 'watch' | 'event' | 'failure'): void;
  /** All templates as they are now. */
  templates(verdicts: ReadonlyMap<TemplateObject, Verdict>): void;
  /** What was looked up for a pod, and how long that took. */
  lookup(object: string, result: 'ok' | 'failed', seconds: number): void;
  lease(held: boolean): void;
  statusWrite(result: 'written' | 'outdated' | 'failed'): void;
  /** All policies as they are now. */
  policies(verdicts: Iterable<PolicyState>): void;
  /** How many enforced policies the API server does not hold. */
  policiesNotHeld(count: number): void;
  /** How much is wrong with a value of the chart. */
  settingProblems(setting: 'workloads' | 'policies.most', count: number): void;
  /** How many pods stand how to each policy, by its name. */
  policyPods(counts: ReadonlyMap<string, { readonly [standing in (typeof standings)[number]]: number }>): void;
}

/** What counts of a policy. */
export interface PolicyState {
  readonly policy: { readonly action: 'Enforce' | 'Warn' | 'Audit' } | undefined;
  readonly conflicts: readonly string[];
}

const policyStates = ['invalid', 'conflicting', 'enforce', 'warn', 'audit'] as const;

function stateOf({ policy, conflicts }: PolicyState): (typeof policyStates)[number] {
  if (!policy) return 'invalid';
  if (conflicts.length > 0) return 'conflicting';
  return ({ Enforce: 'enforce', Warn: 'warn', Audit: 'audit' } as const)[policy.action];
}

const standings = ['compliant', 'violating', 'exempt'] as const;
/** Policies that have a label of their own. */
const maxPolicies = 100;

export function createClusterMetrics(registry: Registry): ClusterMetrics {
  const options = (declaration: MetricDeclaration) => declared(declaration, registry);
  const lastEvent = new Gauge(options(metricsTable.watchLastEvent));
  const requests = new Counter(options(metricsTable.watchRequests));
  const failures = new Counter(options(metricsTable.watchFailures));
  const templates = new Gauge(options(metricsTable.templates));
  const lookups = new Histogram({ ...options(metricsTable.lookups), buckets: lookupBuckets });
  const lease = new Gauge(options(metricsTable.lease));
  const statusWrites = new Counter(options(metricsTable.statusWrites));
  const policies = new Gauge(options(metricsTable.policies));
  const policiesNotHeld = new Gauge(options(metricsTable.policiesNotHeld));
  const settingProblems = new Gauge(options(metricsTable.settingProblems));
  const policyPods = new Gauge(options(metricsTable.policyPods));
  return {
    watch(kind, what) {
      if (what === 'failure') return failures.inc({ kind });
      if (what !== 'event') requests.inc({ kind, verb: what });
      if (what !== 'watch') lastEvent.set({ kind }, Date.now() / 1000);
    },
    templates(verdicts) {
      const counts = { ClusterSidecarTemplate: { true: 0, false: 0 }, SidecarTemplate: { true: 0, false: 0 } };
      for (const [{ metadata }, { ready }] of verdicts)
        counts[metadata.namespace === undefined ? 'ClusterSidecarTemplate' : 'SidecarTemplate'][`${ready}`] += 1;
      for (const [kind, byReady] of Object.entries(counts))
        for (const [ready, count] of Object.entries(byReady)) templates.set({ kind, ready }, count);
    },
    lookup: (object, result, seconds) => lookups.observe({ object, result }, seconds),
    lease: (held) => lease.set(held ? 1 : 0),
    statusWrite: (result) => statusWrites.inc({ result }),
    policies(verdicts) {
      for (const state of policyStates) policies.set({ state }, 0);
      for (const verdict of verdicts) policies.inc({ state: stateOf(verdict) });
    },
    policiesNotHeld: (count) => policiesNotHeld.set(count),
    settingProblems: (setting, count) => settingProblems.set({ setting }, count),
    policyPods(counts) {
      policyPods.reset();
      for (const [i, [name, numbers]] of [...counts].entries())
        for (const standing of standings)
          policyPods.inc({ standing, policy: i < maxPolicies ? name : 'other' }, numbers[standing]);
    },
  };
}
