import { fieldAt } from '../../core/fields.ts';
import { isObject, type JsonObject, objectsOf } from '../../core/json.ts';
import { controllerOf } from '../../core/owner.ts';
import type { EventFacts } from '../../engine/explain/facts.ts';
import type { WorkloadKind } from '../../workload/kinds.ts';
import { ownersOf, titleOfObject } from '../cluster/above.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import { metadataText, pathTo } from '../cluster/paths.ts';
import { podsPath, selectorText } from '../cluster/selector-text.ts';

/** What belongs to the object that the question is about. */
export interface Target {
  readonly namespace: string;
  /** The pod itself, or the newest one of the workload; undefined where it has none. */
  readonly pod: JsonObject | undefined;
  /** The workload at the top, as somebody wrote it; undefined for a pod alone. */
  readonly owner: JsonObject | undefined;
  readonly events: readonly EventFacts[];
}

/**
 * Reads the workload above an object and the pods below it, and their Events. `kinds` are those that have pod
 * templates.
 */
export function readTarget(cluster: Cluster, object: JsonObject, kinds: readonly WorkloadKind[]): Target {
  const own = metadataText(object, 'namespace');
  const isPod = object.kind === 'Pod' && object.apiVersion === 'v1';
  const between = isPod ? [] : makersOf(cluster, object, own);
  const maker = between[0] ?? object;
  const pod = isPod ? object : newest(livePods(cluster, maker, own));
  const above = ownersOf(cluster, object, own, kinds);
  const chain = [...above.toReversed(), object, ...between.slice(0, 1), ...(pod && !isPod ? [pod] : [])];
  const failures = [object, maker].flatMap(creationFailures);
  const events = chain.flatMap((each) => eventsAbout(cluster, each, own));
  const isReported = events.some(({ reason }) => reason === 'FailedCreate');
  return {
    ...{ namespace: own, pod },
    owner: above.at(-1) ?? (isPod ? undefined : object),
    events: [...events, ...(isReported ? [] : failures.slice(0, 1))].sort((a, b) => (a.last < b.last ? -1 : 1)),
  };
}

/** What a Deployment or a CronJob makes on the way to its pods, the newest first. */
function makersOf(cluster: Cluster, object: JsonObject, namespace: string): JsonObject[] {
  const { spec, kind } = object;
  const uid = metadataText(object, 'uid');
  const [apiVersion, resource] = kind === 'CronJob' ? ['batch/v1', 'jobs'] : ['apps/v1', 'replicasets'];
  if (kind !== 'Deployment' && kind !== 'CronJob') return [];
  const selector = kind === 'Deployment' && isObject(spec) ? `?labelSelector=${selectorText(spec.selector)}` : '';
  const made = cluster.list(`${pathTo(apiVersion, resource, namespace)}${selector}`) ?? [];
  return made.filter((each) => controllerOf(each)?.uid === uid).sort(newestFirst);
}

/** The pods that a workload selects, without those that are on their way out. */
function livePods(cluster: Cluster, maker: JsonObject, namespace: string): readonly JsonObject[] {
  const path = podsPath(maker, namespace);
  const pods = path === undefined ? [] : (cluster.list(path) ?? []);
  return pods.filter((pod) => metadataText(pod, 'deletionTimestamp') === '');
}

function newest(objects: readonly JsonObject[]): JsonObject | undefined {
  const [first] = objects.toSorted(newestFirst);
  return first && { apiVersion: 'v1', kind: 'Pod', ...first };
}

function newestFirst(a: JsonObject, b: JsonObject): number {
  return metadataText(a, 'creationTimestamp') < metadataText(b, 'creationTimestamp') ? 1 : -1;
}

/** What the status of a workload says about pods that cannot be created: Events end after an hour. */
function creationFailures(object: JsonObject): EventFacts[] {
  return objectsOf(fieldAt(object, 'status.conditions'))
    .filter((condition) => condition.type === 'ReplicaFailure' && condition.status === 'True')
    .map(({ message, lastTransitionTime }) => ({
      ...{ about: titleOfObject(object), reason: 'FailedCreate', message: String(message), count: 1 },
      last: String(lastTransitionTime),
    }));
}

function eventsAbout(cluster: Cluster, object: JsonObject, namespace: string): EventFacts[] {
  const uid = metadataText(object, 'uid');
  const query = encodeURIComponent(`involvedObject.uid=${uid}`);
  const events = cluster.list(`${pathTo('v1', 'events', namespace)}?fieldSelector=${query}`) ?? [];
  return events
    .filter(({ type, reason }) => type === 'Warning' || String(reason).startsWith('Sidecar'))
    .map((event) => {
      const { reason, message, count, lastTimestamp, eventTime } = event;
      const series = isObject(event.series) ? event.series : undefined;
      return {
        ...{ about: titleOfObject(object), reason: String(reason), message: String(message) },
        count: Number(series?.count ?? count ?? 1),
        last: String(
          series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadataText(event, 'creationTimestamp'),
        ),
      };
    });
}
