import type { TemplateObject, Verdict } from '../core/objects.ts';
import { type Api, failureOf, mergePatch } from './api.ts';

/**
 * Writes verdicts into the status of templates. Resolves to false when the object is gone or is no longer the one that
 * was given: the next offer has the newer one.
 */
export function statusWriter(api: Api): (object: TemplateObject, verdict: Verdict) => Promise<boolean> {
  return async (object, verdict) => {
    const { name, namespace, resourceVersion } = object.metadata;
    const plural = namespace === undefined ? 'clustersidecartemplates' : `namespaces/${namespace}/sidecartemplates`;
    const answer = await api({
      method: 'PATCH',
      path: `/apis/sidecar.io/v1alpha1/${plural}/${name}/status`,
      body: { metadata: { resourceVersion }, status: statusOf(object, verdict) },
      contentType: mergePatch,
    });
    if (answer.status === 404 || answer.status === 409) return false;
    if (answer.status !== 200) throw new Error(failureOf(answer));
    return true;
  };
}

/** The time of the condition only changes with its status. Null takes a field away. */
function statusOf({ metadata: { generation }, status }: TemplateObject, verdict: Verdict) {
  const { ready, message, form = null, formReason = null } = verdict;
  const present = status?.conditions?.find(({ type }) => type === 'Ready');
  const word = ready ? 'True' : 'False';
  const condition = {
    type: 'Ready',
    status: word,
    reason: ready ? 'InUse' : 'Refused',
    message,
    observedGeneration: generation,
    lastTransitionTime: present?.status === word ? present.lastTransitionTime : new Date().toISOString(),
  };
  return { observedGeneration: generation, form, formReason, conditions: [condition] };
}
