import { halfWay } from '../../rollout/half-way.ts';
import { begun } from '../../rollout/verdict.ts';
import type { PodScope } from '../cluster/live-pods.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import { metadataText, pathTo } from '../cluster/paths.ts';
import { workloadName } from '../cluster/workload-name.ts';
import { podsOf } from './observe.ts';
import type { Member } from './run.ts';

/** A ReplicaSet alone is left out: those of Deployments are many, and its pods are evicted one by one. */
const kinds = [
  ['Deployment', 'deployments'],
  ['StatefulSet', 'statefulsets'],
  ['DaemonSet', 'daemonsets'],
] as const;

/**
 * The workloads that an earlier run restarted and that have not become ready since, also where all of their pods are
 * new: an audit finds nothing in those. What may not be read is in the notes of the cluster.
 */
export function readHalfWay(cluster: Cluster, { namespace, selector }: PodScope, now: number): readonly Member[] {
  const found = kinds.flatMap(([kind, resource]) => {
    const pick = (item: object) => {
      const object = { apiVersion: 'apps/v1', kind, ...item };
      const restart = halfWay(object);
      return restart === undefined ? undefined : { object, restart };
    };
    return cluster.picked(pathTo('apps/v1', resource, namespace), pick) ?? [];
  });
  return found.flatMap(({ object, restart }) => {
    const owner = workloadName('apps/v1', object.kind, metadataText(object, 'namespace'), metadataText(object, 'name'));
    // Labels are those of pods, as in the audit.
    const pods = selector === undefined ? undefined : podsOf(cluster, object, owner.namespace, selector);
    return Array.isArray(pods) && pods.length === 0
      ? []
      : [{ owner, progress: begun(restart, now), verdict: undefined }];
  });
}
