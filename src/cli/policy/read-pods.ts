import { type Connection, connectionArgs } from '../cluster/open-cluster.ts';
import type { InjectDependencies } from '../dependencies.ts';
import type { Source } from '../inject/sources.ts';

const kinds = 'namespaces,pods,deployments,statefulsets,daemonsets,jobs,cronjobs';

/** The namespaces, pods and workloads of a cluster, as kubectl shows them: with the rights of whoever asks. */
export function readPods(
  kubectl: InjectDependencies['kubectl'],
  connection: Connection,
): readonly Source[] | { readonly message: string } {
  const answer = kubectl(['get', kinds, '--all-namespaces', '-o', 'json', ...connectionArgs(connection)]);
  return 'message' in answer ? answer : [{ name: 'cluster', ...answer }];
}
