import { fieldAt, textAt } from '../../core/fields.ts';
import { isObject, type Json, type JsonObject, objectsOf } from '../../core/json.ts';

/** Pods, and the workload that makes them. */
export interface Recreated {
  readonly namespace: string;
  /** `pod/web`, or the workload where the question is about that. */
  readonly title: string;
  readonly live?: {
    /** The pod. */
    readonly stored?: JsonObject | undefined;
    readonly owner: { readonly title: string; readonly kind: string; readonly object?: JsonObject } | undefined;
  };
}

/** Kinds that replace their pods by `kubectl rollout restart`. */
const restarted = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** How the pod is made anew: its sidecars are decided when it is created. One sentence, or two. */
export function recreation({ live, namespace, title }: Recreated): string {
  const owner = live?.owner;
  if (isEnded(live?.stored)) return afterEnd(title, owner);
  if (!owner) return `Delete ${title} and create it again.`;
  if (owner.kind === 'Job') return `Delete ${owner.title} and create it again.`;
  if (owner.kind === 'CronJob') return 'The next Job gets the right sidecars.';
  const { paused, updateStrategy } = isObject(owner.object?.spec) ? owner.object.spec : {};
  const { type, rollingUpdate } = isObject(updateStrategy) ? updateStrategy : {};
  if (!restarted.includes(owner.kind) || type === 'OnDelete')
    return title === owner.title
      ? `Delete the pods of ${title}: it makes new ones.`
      : `Delete ${title}: ${owner.title} makes a new one.`;
  const named = `${owner.title} -n ${namespace}`;
  if (paused === true) return `Run kubectl rollout resume ${named}. Then run kubectl rollout restart ${named}.`;
  const first = hasPartition(rollingUpdate) ? `Set the partition of ${owner.title} to 0. Then run` : 'Run';
  return `${first} kubectl rollout restart ${named}.`;
}

/** A StatefulSet with a partition keeps its first pods as they are. */
function hasPartition(rollingUpdate: Json | undefined): boolean {
  return isObject(rollingUpdate) && Number(rollingUpdate.partition ?? 0) > 0;
}

/** Whether a pod has ended: none of its containers runs again. */
export function isEnded(pod: JsonObject | undefined): boolean {
  return ['Succeeded', 'Failed'].includes(textAt(pod, 'status.phase'));
}

/** A Job that has not ended makes another pod, as do workloads whose pods are to run always. */
function afterEnd(title: string, owner: NonNullable<Recreated['live']>['owner']): string {
  if (owner?.kind === 'CronJob') return 'The next Job gets the right sidecars.';
  const conditions = objectsOf(fieldAt(owner?.object, 'status.conditions'));
  const isOver = conditions.some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
  if (owner && !(owner.kind === 'Job' && isOver)) return `The next pod of ${owner.title} gets the right sidecars.`;
  return `To run it once more, delete ${owner?.title ?? title} and create it again.`;
}
