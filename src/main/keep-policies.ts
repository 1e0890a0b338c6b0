import type { KubeConfig } from '@kubernetes/client-node';
import { type KeptEnforced, keepEnforced } from '../cluster/keep-enforced.ts';
import { writePolicyStatus } from '../cluster/policy-status.ts';
import type { Log } from '../core/log.ts';
import type { TemplateObject } from '../core/objects.ts';
import type { PodCounts } from '../core/pod-counts.ts';
import {
  bindingNames,
  type EnforcementObject,
  enforcementOf,
  type Installation,
  isHeld,
  policyLabel,
  ruleNames,
} from '../policy/enforcement.ts';
import { slotsOf } from '../policy/slots.ts';
import type { PolicyVerdict } from '../state/cluster-policies.ts';
import type { State } from '../state/state.ts';
import type { Registration } from '../state/webhook-configurations.ts';
import type { ClusterMetrics } from '../telemetry/cluster-metrics.ts';
import { countPods } from './count-pods.ts';
import type { FollowedCluster } from './follow-cluster.ts';
import { createLeftBindings } from './left-bindings.ts';
import { conditionsOf } from './policy-conditions.ts';
import type { Registered } from './register.ts';

export interface KeepPoliciesOptions {
  readonly kubeConfig: KubeConfig;
  readonly cluster: FollowedCluster;
  readonly registration: Registration;
  readonly registered: Pick<Registered, 'hasLooked' | 'calledFor' | 'refused' | 'onChange'>;
  /** Whether the injector writes what holds policies inside the API server. */
  readonly manage: boolean;
  /** Whether the API server injects required sidecars by itself, where it can. */
  readonly injects: boolean;
  /** How many enforced policies it can hold: the chart lets it write bindings for so many. */
  readonly most: number;
  /** Milliseconds between two counts of the pods of policies; 0 does not count. */
  readonly countEvery: number;
  readonly metrics: Pick<ClusterMetrics, 'policyPods' | 'policiesNotHeld' | 'settingProblems'>;
  readonly log: Log;
}

export interface KeptPolicies {
  /** The bindings that lowering `policies.most` has left, as far as this replica writes. */
  readonly leftBindings: () => readonly string[];
  readonly stop: () => void;
}

/** Holds enforced policies inside the API server, and writes the status of all, until `stop`. */
export function keepPolicies(options: KeepPoliciesOptions): KeptPolicies {
  const { kubeConfig, cluster, registration, registered, manage, injects, most, countEvery, metrics, log } = options;
  const { api, isWriter } = cluster;
  const installation = { ...registration, injects };
  let counts: ReadonlyMap<string, PodCounts> = new Map();
  let made:
    | {
        readonly from: State;
        readonly policies: ReturnType<FollowedCluster['policies']>;
        readonly objects: ReadonlyMap<string, readonly EnforcementObject[]>;
      }
    | undefined;
  function wanted() {
    const [from, policies] = [cluster.state(), cluster.policies()];
    if (cluster.ready() !== undefined) return undefined;
    if (made?.from !== from || made.policies !== policies)
      made = { from, policies, objects: objectsOf(from, policies, installation, most) };
    return made.objects;
  }
  const own = new Set(Array.from({ length: most }, (_, i) => bindingNames(registration.name, String(i))).flat());
  const left = createLeftBindings(registration.name, log, metrics);
  const kept: KeptEnforced | undefined = manage
    ? keepEnforced({
        ...{ api, kubeConfig, isWriter, injects, label: policyLabel, namespace: registration.namespace },
        wanted: () => (registered.hasLooked() ? wanted() : undefined),
        waits: (policy) => !registered.calledFor(policy),
        rules: ruleNames(registration.name),
        isOwnBinding: (name) => own.has(name),
        others: left.look,
        untouched: () => invalidIn(cluster.policies()),
        changed: () => void writeAll(),
        failed: (message) => log.warn({}, `a policy cannot be held inside the API server, will retry: ${message}`),
      })
    : undefined;

  let writing = Promise.resolve();
  /** Writes the statuses that have changed, one after the other. */
  function writeAll(): Promise<void> {
    writing = writing.then(async () => {
      const objects = wanted();
      // Before the first look, nothing is known to be in place, and a status would change twice.
      if (!isWriter()) metrics.policiesNotHeld(0);
      if (!objects || !isWriter() || kept?.hasLooked() === false) return;
      let notHeld = 0;
      for (const [object, verdict] of cluster.policies()) {
        const conditions = conditionsOf(
          verdict,
          objects.get(object.metadata.name),
          verdict.policy ? kept?.isInPlace(object.metadata.name) : kept?.isBound(object.metadata.name),
          registered.refused(object.metadata.name),
        );
        if (verdict.policy && isHeld(verdict.policy) && conditions.Enforced.status === 'False') notHeld += 1;
        await writePolicyStatus(api, object, conditions, counts.get(object.metadata.name)).catch((error: unknown) =>
          log.warn({ policy: object.metadata.name, err: error }, 'the status of a policy could not be written'),
        );
      }
      metrics.policiesNotHeld(notHeld);
    });
    return writing;
  }
  const look = () => {
    kept?.look();
    void writeAll();
  };
  cluster.onChange(look);
  registered.onChange(look);
  const counting =
    countEvery > 0
      ? countPods({
          ...{ cluster, installation, every: countEvery, log },
          counted(next) {
            counts = next;
            metrics.policyPods(next);
            void writeAll();
          },
        })
      : undefined;
  return {
    leftBindings: left.names,
    stop() {
      kept?.stop();
      counting?.stop();
    },
  };
}

/**
 * What holds each policy; nothing for one that has no slot. A policy that is not valid at the moment keeps its slot.
 */
function objectsOf(
  state: State,
  policies: ReadonlyMap<TemplateObject, PolicyVerdict>,
  installation: Installation,
  most: number,
): ReadonlyMap<string, readonly EnforcementObject[]> {
  const held = [...policies].filter(([, { policy }]) => !policy || isHeld(policy));
  const slots = slotsOf(
    held.map(([{ metadata }]) => metadata.name),
    most,
  );
  return new Map(
    held.flatMap(([, { policy }]) => {
      const slot = policy && slots.get(policy.name);
      if (!policy || slot === undefined) return [];
      return [[policy.name, enforcementOf(policy, state.catalog, state, installation, slot)]];
    }),
  );
}

function invalidIn(policies: ReadonlyMap<TemplateObject, PolicyVerdict>): ReadonlySet<string> {
  return new Set([...policies].filter(([, { ready }]) => !ready).map(([{ metadata }]) => metadata.name));
}
