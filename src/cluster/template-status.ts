import {
  ApiException,
  CustomObjectsApi,
  type KubeConfig,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node';
import type { TemplateObject, Verdict } from '../core/objects.ts';

/**
 * Writes verdicts into the status of templates. Resolves to false when the object is gone or is no longer the one that was
 * given: of several replicas that write about the same object, one succeeds.
 */
export function statusWriter(kubeConfig: KubeConfig): (object: TemplateObject, verdict: Verdict) => Promise<boolean> {
  const custom = kubeConfig.makeApiClient(CustomObjectsApi);
  return async (object, verdict) => {
    const { name, namespace, resourceVersion } = object.metadata;
    const body = { metadata: { resourceVersion }, status: statusOf(object, verdict) };
    const target = { group: 'sidecar.io', version: 'v1alpha1', name, body };
    const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    try {
      if (namespace === undefined)
        await custom.patchClusterCustomObjectStatus({ ...target, plural: 'clustersidecartemplates' }, options);
      else
        await custom.patchNamespacedCustomObjectStatus({ ...target, namespace, plural: 'sidecartemplates' }, options);
      return true;
    } catch (error) {
      if (error instanceof ApiException && (error.code === 404 || error.code === 409)) return false;
      throw error;
    }
  };
}

/** The time of the condition only changes with its status. */
function statusOf({ metadata: { generation }, status }: TemplateObject, { ready, message }: Verdict) {
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
  return { observedGeneration: generation, conditions: [condition] };
}
