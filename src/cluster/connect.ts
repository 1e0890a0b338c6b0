// Only this module of the package: the others load generated models of every kind, which take 60 MiB.

import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { messageOf } from '../core/message-of.ts';

/** The word that stands for the service account of the pod that this program runs in. */
const inCluster = 'in-cluster';

/** How to reach the API server: `in-cluster`, or the path of a kubeconfig. The problem is a message. */
export function connect(place: string): KubeConfig | { readonly problem: string } {
  const kubeConfig = new KubeConfig();
  try {
    if (place === inCluster) loadFromPod(kubeConfig);
    else kubeConfig.loadFromFile(place);
  } catch (error) {
    const why = messageOf(error);
    return {
      problem: `The cluster ${JSON.stringify(place)} cannot be used: ${why}. Write in-cluster, or the path of a kubeconfig.`,
    };
  }
  if (kubeConfig.getCurrentCluster()) return kubeConfig;
  return {
    problem: `${place} names no cluster. Write in-cluster, or the path of a kubeconfig with a current context.`,
  };
}

/**
 * Without this check, a program outside a pod would look for the host `undefined`. The kubelet sets the variable in
 * each pod.
 */
function loadFromPod(kubeConfig: KubeConfig): void {
  if (!process.env.KUBERNETES_SERVICE_HOST) throw new Error('this program does not run in a pod');
  kubeConfig.loadFromCluster();
}
