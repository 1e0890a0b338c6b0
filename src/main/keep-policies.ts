import type { KubeConfig } from '@kubernetes/client-node';
import { type KeptEnforced, keepEnforced } from '../cluster/keep-enforced.ts';
import { type ConditionText, type PolicyConditions, writePolicyStatus } from '../cluster/policy-status.ts';
import type { Log } from '../core/log.ts';
import type { TemplateObject } from '../core/objects.ts';
import { type EnforcementObject, enforcementOf, policyLabel } from '../policy/enforcement.ts';
import type { PodCounts } from '../policy/standing.ts';
import type { PolicyVerdict } from '../state/cluster-policies.ts';
import type { State } from '../state/state.ts';
import type { Registration } from '../state/webhook-configurations.ts';
import type { ClusterMetrics } from '../telemetry/cluster-metrics.ts';
import { countPods } from './count-pods.ts';
import type { FollowedCluster } from './follow-cluster.ts';

export interface KeepPoliciesOptions {
  readonly kubeConfig: KubeConfig;
  readonly cluster: FollowedCluster;
  readonly registration: Registration;
  /** Whether the injector writes what holds policies inside the API server. */
  readonly manage: boolean;
  /** Milliseconds between two counts of the pods of policies; 0 does not count. */
  readonly countEvery: number;
  readonly metrics: Pick<ClusterMetrics, 'policyPods'>;
  readonly log: Log;
}

/** Holds enforced policies inside the API server, and writes the status of all, until `stop`. */
export function keepPolicies(options: KeepPoliciesOptions): { readonly stop: () => void } {
  const { kubeConfig, cluster, registration, manage, countEvery, metrics, log } = options;
  const { api, isWriter } = cluster;
  let counts: ReadonlyMap<string, PodCounts> = new Map();
  let made: { readonly from: State; readonly objects: ReadonlyMap<string, readonly EnforcementObject[]> } | undefined;
  function wanted() {
    const from = cluster.state();
    if (cluster.ready() !== undefined) return undefined;
    if (made?.from !== from) made = { from, objects: objectsOf(from, registration) };
    return made.objects;
  }
  const kept: KeptEnforced | undefined = manage
    ? keepEnforced({
        ...{ api, kubeConfig, wanted, isWriter, label: policyLabel, namespace: registration.namespace },
        untouched: () => invalidIn(cluster.policies()),
        changed: () => void writeAll(),
        failed: (message) =>
          log.warn({}, `a policy cannot be held inside the API server, another try soon: ${message}`),
      })
    : undefined;

  let writing = Promise.resolve();
  /** Writes the statuses that have changed, one after the other. */
  function writeAll(): Promise<void> {
    writing = writing.then(async () => {
      const objects = wanted();
      if (!objects || !isWriter()) return;
      for (const [object, verdict] of cluster.policies()) {
        const conditions = conditionsOf(object, verdict, objects, kept);
        await writePolicyStatus(api, object, conditions, counts.get(object.metadata.name)).catch((error: unknown) =>
          log.warn({ policy: object.metadata.name, err: error }, 'the status of a policy could not be written'),
        );
      }
    });
    return writing;
  }
  cluster.onChange(() => {
    kept?.look();
    void writeAll();
  });
  const counting =
    countEvery > 0
      ? countPods({
          ...{ cluster, installation: registration, every: countEvery, log },
          counted(next) {
            counts = next;
            metrics.policyPods(next);
            void writeAll();
          },
        })
      : undefined;
  return {
    stop() {
      kept?.stop();
      counting?.stop();
    },
  };
}

function objectsOf(state: State, installation: Registration): ReadonlyMap<string, readonly EnforcementObject[]> {
  return new Map(
    state.policies.map((policy) => [policy.name, enforcementOf(policy, state.catalog, state, installation)]),
  );
}

function invalidIn(policies: ReadonlyMap<TemplateObject, PolicyVerdict>): ReadonlySet<string> {
  return new Set([...policies].filter(([, { ready }]) => !ready).map(([{ metadata }]) => metadata.name));
}

function conditionsOf(
  { metadata: { name } }: TemplateObject,
  { ready, message, policy, conflicts }: PolicyVerdict,
  objects: ReadonlyMap<string, readonly EnforcementObject[]>,
  kept: KeptEnforced | undefined,
): PolicyConditions {
  return {
    Ready: { status: ready ? 'True' : 'False', reason: ready ? 'InUse' : 'Refused', message },
    Enforced: enforcedText(policy?.action, objects.get(name) ?? [], kept?.isInPlace(name)),
    Conflicting:
      conflicts.length > 0
        ? { status: 'True', reason: 'PoliciesConflict', message: conflicts.join(' ').slice(0, 4096) }
        : { status: 'False', reason: 'NoConflict', message: 'No other policy contradicts this one.' },
  };
}

function enforcedText(
  action: string | undefined,
  objects: readonly EnforcementObject[],
  inPlace: boolean | undefined,
): ConditionText {
  if (action === undefined) return { status: 'Unknown', reason: 'Refused', message: 'The policy is not valid.' };
  if (action !== 'Enforce')
    return { status: 'False', reason: action, message: `The action of the policy is ${action}.` };
  if (objects.length === 0)
    return { status: 'False', reason: 'NothingToHold', message: 'The policy neither requires nor forbids a sidecar.' };
  if (inPlace === undefined)
    return { status: 'Unknown', reason: 'NotManaged', message: 'Apply what `sidecar policy compile` prints.' };
  return inPlace
    ? { status: 'True', reason: 'Bound', message: 'The API server refuses pods that are not as the policy says.' }
    : { status: 'False', reason: 'NotBound', message: 'The binding of the policy is not in place yet.' };
}
