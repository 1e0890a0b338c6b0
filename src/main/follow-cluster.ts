import type { KubeConfig } from '@kubernetes/client-node';
import { type Api, openApi } from '../cluster/api.ts';
import { competeForLease } from '../cluster/lease.ts';
import { findOwner } from '../cluster/owner.ts';
import { createStatusQueue } from '../cluster/status-queue.ts';
import { statusWriter } from '../cluster/template-status.ts';
import { type ClusterView, watchCluster } from '../cluster/watch-cluster.ts';
import { watchVersions } from '../cluster/watch-versions.ts';
import type { Log } from '../core/log.ts';
import type { Lookup } from '../core/lookup.ts';
import type { TemplateObject, Verdict } from '../core/objects.ts';
import { nextEnd } from '../policy/policy.ts';
import type { PolicyVerdict } from '../state/cluster-policies.ts';
import { createClusterState } from '../state/cluster-state.ts';
import { createDecidedState, withForm } from '../state/decided-state.ts';
import { decideNative, type NativeDecision, type NativeSetting } from '../state/native-sidecars.ts';
import type { State } from '../state/state.ts';
import type { ClusterMetrics } from '../telemetry/cluster-metrics.ts';
import { createInvalidPolicies } from './invalid-policies.ts';
import { measured } from './measured-lookup.ts';

export interface FollowedCluster {
  readonly api: Api;
  readonly state: () => State;
  /** Whether this replica writes what several replicas would write. */
  readonly isWriter: () => boolean;
  /** Who the writer is, as far as this replica knows: undefined where there is no Lease. */
  readonly leaseHolder: () => string | undefined;
  /** How many statuses of templates are still to be written by this replica. */
  readonly statusesWaiting: () => number;
  /** Calls the listeners when the state is another one, and when this replica has become the writer. */
  readonly onChange: (listener: () => void) => void;
  /** Why the cluster is not known yet. */
  readonly ready: () => string | undefined;
  readonly lookUp: Lookup;
  /** Every template of the cluster, with what was made of it. */
  readonly verdicts: () => ReadonlyMap<TemplateObject, Verdict>;
  /** The policies as they were written, and what became of each. */
  readonly policies: () => ReadonlyMap<TemplateObject, PolicyVerdict>;
  readonly stop: () => Promise<void>;
}

export interface FollowOptions {
  readonly kubeConfig: KubeConfig;
  readonly base: State;
  readonly native: NativeSetting;
  /** `namespace/name`, or empty. */
  readonly lease: string;
  /** The ClusterRole that owns the lease, or empty. */
  readonly owner: string;
  readonly log: Log;
  readonly metrics: ClusterMetrics;
}

/**
 * The state of this moment, from the built-in templates and what the cluster holds. Of several replicas, the holder of
 * the lease writes the status of templates and the webhook configurations, and any other one a configuration that stays
 * missing; without a lease, there is only one.
 */
export function followCluster(options: FollowOptions): FollowedCluster {
  const { kubeConfig, base, native, lease: leaseName, owner: clusterRole, log, metrics } = options;
  let state: State | undefined;
  let view: ClusterView | undefined;
  let decision: NativeDecision | undefined;
  const stateOf = createClusterState(base);
  const decidedState = createDecidedState();
  const api = openApi(kubeConfig);
  const write = statusWriter(api);
  const statuses = createStatusQueue({
    async write(object, verdict) {
      const written = await write(object, verdict);
      if (written && !verdict.ready)
        log.warn({ ...nameOf(object), problem: verdict.message }, 'a template is not in use');
      metrics.statusWrite(written ? 'written' : 'outdated');
      return written;
    },
    failed(object, error) {
      metrics.statusWrite('failed');
      log.warn({ ...nameOf(object), err: error }, 'the status of a template could not be written, will retry');
    },
  });
  let verdicts: ReadonlyMap<TemplateObject, Verdict> = new Map();
  let policyVerdicts: ReadonlyMap<TemplateObject, PolicyVerdict> = new Map();
  const [namespace = '', name = ''] = leaseName.split('/');
  const lease =
    leaseName === ''
      ? undefined
      : competeForLease({
          ...{ api, namespace, name },
          owner: async () => (clusterRole === '' ? undefined : findOwner({ api, clusterRole, namespace })),
          changed(held) {
            metrics.lease(held);
            log.info(
              { lease: leaseName },
              `this replica ${held ? 'writes' : 'no longer writes'} the status of templates and the webhook configurations`,
            );
            offer();
            listener();
          },
          failed: (error) => log.warn({ lease: leaseName, err: error }, 'the Lease could not be requested, will retry'),
        });
  const isWriter = () => lease?.held() !== false;
  const sayInvalid = createInvalidPolicies(log);
  const offer = () => {
    statuses.offer(isWriter() ? verdicts : new Map());
    if (state && isWriter()) sayInvalid(policyVerdicts, state.policies);
  };
  const listeners: (() => void)[] = [];
  const listener = () => {
    for (const each of listeners) each();
  };
  let ending: NodeJS.Timeout | undefined;
  /** Looks again when the next exemption of a policy ends. */
  function plan({ policies }: State, now: number): void {
    clearTimeout(ending);
    const end = nextEnd(policies, now);
    if (end !== undefined) ending = setTimeout(update, Math.min(end - now, longestTimer)).unref();
  }
  function update(): void {
    if (!view || !decision) return;
    const now = Date.now();
    const next = stateOf(view.namespaces, view.templates, view.policies, now);
    plan(next.state, now);
    if (!state) log.info({ templates: next.state.catalog.templates.length }, 'the cluster is known');
    const decided = decidedState(next.state, decision);
    const changed = state !== decided || policyVerdicts !== next.policyVerdicts;
    state = decided;
    policyVerdicts = next.policyVerdicts;
    verdicts = withForm(next.verdicts, decision);
    metrics.templates(verdicts);
    metrics.policies(policyVerdicts.values());
    offer();
    if (changed) listener();
  }
  const failed = (message: string) => log.warn({}, `the cluster cannot be watched, will retry: ${message}`);
  const versions = watchVersions(
    { kubeConfig, api, nodes: native === 'auto' },
    {
      failed,
      observed: metrics.watch,
      changed(versions) {
        const next = decideNative(native, versions);
        if (next.reason === decision?.reason && next.version === decision.version) return;
        decision = next;
        const { version, nativeSidecars, reason } = next;
        log.info({ version, reason }, `sidecars are ${nativeSidecars ? 'native' : 'classic'}`);
        update();
      },
    },
  );
  const cluster = watchCluster(kubeConfig, api, {
    failed,
    observed: metrics.watch,
    changed(next) {
      view = next;
      update();
    },
    unknown: (kind) =>
      log.warn(
        { kind },
        `there are no objects of the kind ${kind}: install its CustomResourceDefinition, for instance by the chart with crds.install`,
      ),
  });
  return {
    state: () => state ?? base,
    ready: () => (state ? undefined : 'The cluster has not been listed yet.'),
    lookUp: measured(cluster.lookUp, metrics),
    ...{ api, isWriter },
    leaseHolder: () => lease?.holder(),
    statusesWaiting: statuses.size,
    verdicts: () => verdicts,
    policies: () => policyVerdicts,
    onChange(added) {
      listeners.push(added);
    },
    async stop() {
      clearTimeout(ending);
      versions.stop();
      cluster.stop();
      statuses.stop();
      await lease?.stop();
    },
  };
}

/** Milliseconds: a timer of Node.js holds 31 bits. */
const longestTimer = 2 ** 31 - 1;

function nameOf({ metadata: { name, namespace } }: TemplateObject) {
  return { template: name, namespace };
}
