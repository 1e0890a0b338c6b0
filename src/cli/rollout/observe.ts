import { textAt } from '../../core/fields.ts';
import { type JsonObject, objectsOf } from '../../core/json.ts';
import { controllerOf } from '../../core/owner.ts';
import { budgetsOf } from '../../rollout/budgets.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import { metadataText, pathTo } from '../cluster/paths.ts';
import { podsPath } from '../cluster/selector-text.ts';
import type { Observe } from './run.ts';

/**
 * One look at owners: each as it is now, with its pods, its budgets and what Events say since a restart. The budgets of
 * a namespace are read once.
 */
export function createLook(cluster: Cluster): Observe {
  const read = new Map<string, ReturnType<typeof itemsOf>>();
  const budgetsIn = (namespace: string) => {
    const known = read.get(namespace) ?? itemsOf(cluster, pathTo('policy/v1', 'poddisruptionbudgets', namespace));
    read.set(namespace, known);
    return known;
  };
  return ({ path, namespace }, restart) => {
    const owner = cluster.read(path);
    if ('message' in owner) return owner;
    const pods = podsOf(cluster, owner.object, namespace);
    if ('message' in pods) return pods;
    const budgets = budgetsIn(namespace);
    if ('message' in budgets) return budgets;
    const refusals = restart === undefined ? [] : refusalsOf(cluster, owner.object, namespace, restart);
    return { owner: owner.object, pods, budgets: budgetsOf(owner.object, budgets), refusals };
  };
}

function itemsOf(cluster: Cluster, path: string): readonly JsonObject[] | { readonly message: string } {
  const answer = cluster.read(path);
  return 'message' in answer ? answer : objectsOf(answer.object.items);
}

/** The pods of a workload that selects them, or those of them that have certain labels. */
export function podsOf(cluster: Cluster, owner: JsonObject, namespace: string, labels = '') {
  const path = podsPath(owner, namespace, labels);
  const pods = path === undefined ? [] : itemsOf(cluster, path);
  return 'message' in pods ? pods : pods.filter((pod) => isOf(owner, pod));
}

/**
 * The name of a Deployment's ReplicaSet is its own and the hash that its pods have as a label. Source: getNewReplicaSet
 * in pkg/controller/deployment.
 */
function isOf(owner: JsonObject, pod: JsonObject): boolean {
  const controller = controllerOf(pod);
  if (owner.kind !== 'Deployment') return controller?.uid === metadataText(owner, 'uid');
  const hash = textAt(pod, 'metadata.labels.pod-template-hash');
  return controller?.kind === 'ReplicaSet' && controller.name === `${metadataText(owner, 'name')}-${hash}`;
}

/** Only Events say it of a StatefulSet and of a DaemonSet. */
function refusalsOf(cluster: Cluster, owner: JsonObject, namespace: string, restart: string): string[] {
  if (owner.kind !== 'StatefulSet' && owner.kind !== 'DaemonSet') return [];
  const since = Math.floor(Date.parse(restart) / 1000) * 1000; // times of Events have no fractions
  const query = encodeURIComponent(`involvedObject.uid=${metadataText(owner, 'uid')},reason=FailedCreate`);
  const events = cluster.list(`${pathTo('v1', 'events', namespace)}?fieldSelector=${query}`) ?? [];
  return events
    .filter(({ lastTimestamp }) => Date.parse(String(lastTimestamp)) >= since)
    .map(({ message }) => String(message));
}
