import { carriedAnnotations } from '../../core/from-workload.ts';
import { auditPod } from '../../engine/audit/audit-pod.ts';
import type { Finding } from '../../engine/audit/finding.ts';
import type { KnownTemplates } from '../../engine/explain/facts.ts';
import type { State } from '../../state/state.ts';
import { annotationsOf } from '../../workload/templates.ts';
import { type LivePod, livePods, type PodScope } from '../cluster/live-pods.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import type { Owner } from '../cluster/owners.ts';
import { metadataText } from '../cluster/paths.ts';
import { type ClusterObjects, knownTemplates, readObjects, stateFrom } from '../cluster/read-state.ts';

/** A pod that is not as it should be. */
export interface AuditedPod {
  readonly namespace: string;
  readonly name: string;
  /**
   * What to restart: a Deployment, StatefulSet, DaemonSet, CronJob, Job or another workload; the pod itself where it is
   * alone.
   */
  readonly owner: Owner;
  readonly findings: readonly Finding[];
}

/** What was looked at. */
export interface AuditTotals {
  /** All pods that run. */
  readonly pods: number;
  readonly registration: ClusterObjects['registration'];
  readonly templates: KnownTemplates;
}

/** Which pods are audited. `knowsImage` is true where somebody has named the image of the injector. */
export interface AuditScope extends PodScope {
  readonly knowsImage: boolean;
}

/**
 * Compares the running pods of a cluster with what they should have today, and gives those that differ, in the order of
 * the API server: by namespace and name. Templates, policies and namespaces are read once, workloads once for each
 * kind, pods in pages, and no pod stays in memory. `base` has the built-in templates; `now` is in milliseconds
 * since 1970. Throws `Unreadable` where pods cannot be read; what else cannot be read is in the notes of the cluster.
 */
export function* auditCluster(
  cluster: Cluster,
  scope: AuditScope,
  base: State,
  now: number,
): Generator<AuditedPod, AuditTotals> {
  const objects = readObjects(cluster, scope.namespace === undefined ? undefined : [scope.namespace], now);
  const { state } = stateFrom(objects, base, now);
  const { registration } = objects;
  const templates = knownTemplates(objects, base.injector.version, scope.knowsImage);
  const namespaces = new Map(objects.namespaces.map((object) => [metadataText(object, 'name'), object]));
  let pods = 0;
  for (const pod of livePods(cluster, scope, state.workloads)) {
    pods += 1;
    const { namespace, name, owner, stored, original } = pod;
    const request = {
      ...{ pod: original, stored, namespace, ...workloadOf(pod) },
      calls: { registration, namespace: namespaces.get(namespace) },
      comparesTemplates: templates.kind === 'same',
      isPartial: templates.kind === 'unread',
    };
    const findings = auditPod(request, state);
    if (findings.length > 0) yield { namespace, name, owner, findings };
  }
  return { pods, registration, templates };
}

/** What the owner of a pod says today. Where that is not known, it is what the pod carries. */
export function workloadOf({ owner, original }: LivePod): {
  readonly workload?: { annotations: Owner['annotations'] & {} };
} {
  if (!owner.annotations) return {};
  return { workload: { annotations: carriedAnnotations(owner.annotations, annotationsOf(original)) } };
}
