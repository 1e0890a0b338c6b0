import { CustomObjectsApi, type KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { TemplateObject, Verdict } from '../core/objects.ts';

/** Resolves to whether there was something to write. */
type Writer = (object: TemplateObject, verdict: Verdict) => Promise<boolean>;

/** Writes what became of a template into its status, unless it says so already: every replica finds the same, one writes. */
export function statusWriter(kubeConfig: KubeConfig): Writer {
  const custom = kubeConfig.makeApiClient(CustomObjectsApi);
  return async (object, { ready, message }) => {
    const { name, namespace, generation } = object.metadata;
    const present = object.status?.conditions?.find(({ type }) => type === 'Ready');
    const status = ready ? 'True' : 'False';
    if (present?.status === status && present.message === message && present.observedGeneration === generation)
      return false;
    const condition = {
      type: 'Ready',
      status,
      reason: ready ? 'InUse' : 'Refused',
      message,
      observedGeneration: generation,
      lastTransitionTime: present?.status === status ? present.lastTransitionTime : new Date().toISOString(),
    };
    const target = {
      group: 'sidecar.io',
      version: 'v1alpha1',
      name,
      body: { status: { observedGeneration: generation, conditions: [condition] } },
    };
    const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    if (namespace === undefined)
      await custom.patchClusterCustomObjectStatus({ ...target, plural: 'clustersidecartemplates' }, options);
    else await custom.patchNamespacedCustomObjectStatus({ ...target, namespace, plural: 'sidecartemplates' }, options);
    return true;
  };
}
