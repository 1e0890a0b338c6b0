import { fieldAt, textAt } from '../core/fields.ts';
import { isObject, type JsonObject } from '../core/json.ts';
import { conditionOf, itemsAt, numberAt, restartKey, restartOf } from './fields.ts';
import { meansOf, replicasOf } from './means.ts';

/**
 * The restart of an earlier run that has not come to its end; undefined where there is none. The owner itself says so,
 * and nothing is kept between two runs: a restart of this command has milliseconds, one of `kubectl rollout restart`
 * has none, and both have the same field manager.
 */
export function halfWay(owner: JsonObject): string | undefined {
  const restart = restartOf(owner, 'spec.template.metadata');
  if (restart === undefined || !/\.\d{3}Z$/.test(restart) || 'left' in meansOf(owner)) return undefined;
  return hasEnded(owner) || isChangedSince(owner) ? undefined : restart;
}

/**
 * Whether the newest template has reached all pods, and they were available then: what becomes of them later is another
 * matter. Sources: syncRolloutStatus in pkg/controller/deployment, completeRollingUpdate in pkg/controller/statefulset.
 */
function hasEnded(owner: JsonObject): boolean {
  const progress = conditionOf(owner, 'Progressing') ?? conditionOf(owner, 'Progressing', 'False');
  if (owner.kind === 'Deployment' && progress) return progress.reason === 'NewReplicaSetAvailable';
  if (owner.kind === 'StatefulSet' && textAt(owner, 'spec.updateStrategy.type') !== 'OnDelete')
    return textAt(owner, 'status.currentRevision') === textAt(owner, 'status.updateRevision');
  // The others do not remember it, and a pod that is not available may be one of a node that is down.
  const [updated, available] =
    owner.kind === 'DaemonSet'
      ? ['updatedNumberScheduled', 'numberAvailable']
      : ['updatedReplicas', 'availableReplicas'];
  return numberAt(owner, `status.${updated}`) >= replicasOf(owner) && numberAt(owner, `status.${available}`) > 0;
}

/**
 * Whether the restart is not of this command, or somebody may have changed the template since, by the field tracking of
 * the API server: the time of a manager is that of its last change of any field that it owns.
 */
function isChangedSince(owner: JsonObject): boolean {
  const writers = itemsAt(owner, 'metadata.managedFields').flatMap(({ manager, subresource, time, fieldsV1 }) => {
    const template =
      isObject(fieldsV1) && subresource === undefined ? fieldAt(fieldsV1, 'f:spec.f:template') : undefined;
    return isObject(template) ? [{ manager, time: String(time), template }] : [];
  });
  const restarted = writers.find(({ manager, template }) => {
    const annotations = fieldAt(template, 'f:metadata.f:annotations');
    return manager === 'kubectl-rollout' && isObject(annotations) && Object.hasOwn(annotations, `f:${restartKey}`);
  });
  return !restarted || writers.some(({ time }) => time > restarted.time);
}
