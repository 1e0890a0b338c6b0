import { type Change, impactOnPod } from '../../engine/audit/impact-on-pod.ts';
import { entriesFor, isExcluded } from '../../engine/explain/entries.ts';
import type { State } from '../../state/state.ts';
import { workloadOf } from '../audit/audit-cluster.ts';
import type { Said } from '../audit/rows.ts';
import { livePods, type PodScope } from '../cluster/live-pods.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import { metadataText } from '../cluster/paths.ts';
import type { ClusterObjects } from '../cluster/read-state.ts';

/** The states of a cluster, as it is and with other objects. */
export interface TwoStates {
  readonly objects: ClusterObjects;
  readonly before: State;
  readonly after: State;
}

/**
 * Compares what becomes of the running pods in two states, if they are created anew, and gives those that differ. No
 * pod stays in memory. Returns the number of pods that were looked at. Throws `Unreadable` where pods cannot be read.
 */
export function* impactOnCluster(
  cluster: Cluster,
  scope: PodScope,
  { objects, before, after }: TwoStates,
): Generator<Said<Change>, { readonly pods: number }> {
  const { registration } = objects;
  const namespaces = new Map(objects.namespaces.map((object) => [metadataText(object, 'name'), object]));
  let pods = 0;
  for (const pod of livePods(cluster, scope, before.workloads)) {
    pods += 1;
    const { namespace, name, owner, original } = pod;
    const changes = impactOnPod({ pod: original, namespace, ...workloadOf(pod) }, before, after);
    if (changes.length === 0) continue;
    const entries = entriesFor({ registration, namespace: namespaces.get(namespace) }, { pod: original, namespace });
    if (!entries || !isExcluded(entries, namespace)) yield { namespace, name, owner, findings: changes };
  }
  return { pods };
}
