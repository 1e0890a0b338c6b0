import { kubectl } from './kubectl.ts';

const kinds = 'namespaces,pods,deployments,statefulsets,daemonsets,jobs,cronjobs';

/** The namespaces, pods and workloads of the cluster, as kubectl shows them: with the rights of whoever asks. */
export function readCluster(): { readonly bytes: Uint8Array } | { readonly message: string } {
  return kubectl(['get', kinds, '--all-namespaces', '-o', 'json']);
}
