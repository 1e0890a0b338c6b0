import { restartKey } from '../../rollout/fields.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { type Connection, connectionArgs } from './open-cluster.ts';
import type { WorkloadName } from './workload-name.ts';

interface Message {
  readonly message: string;
}

/** What a command changes in a cluster: nothing but these two. */
export interface Changes {
  /** Does what `kubectl rollout restart` does, at this time. */
  readonly restart: (owner: WorkloadName, at: string) => 'restarted' | Message;
  /** Evicts a pod, unless a PodDisruptionBudget says that it must wait. A pod that is gone is evicted. */
  readonly evict: (pod: string, namespace: string) => 'evicted' | { readonly held: string } | Message;
}

/** Changes the cluster of kubectl, with the rights of whoever asks. */
export function openChanges(kubectl: InjectDependencies['kubectl'], connection: Connection): Changes {
  const done = (args: readonly string[], input?: object) => {
    const answer = kubectl([...args, ...connectionArgs(connection)], input && JSON.stringify(input));
    return 'message' in answer ? answer.message : undefined;
  };
  return {
    restart({ type, name, namespace }, at) {
      const patch = { spec: { template: { metadata: { annotations: { [restartKey]: at } } } } };
      // The field manager of `kubectl rollout restart`, which tools that apply manifests already know.
      const flags = ['--type=merge', '--field-manager=kubectl-rollout', '-p', JSON.stringify(patch), '-o', 'name'];
      const message = done(['patch', type, name, '-n', namespace, ...flags]);
      return message === undefined ? 'restarted' : { message };
    },
    evict(name, namespace) {
      const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
      const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
      const message = done(['create', '--raw', path, '-f', '-'], eviction);
      if (message === undefined || message.includes('(NotFound)')) return 'evicted';
      return message.includes('(TooManyRequests)') ? { held: message } : { message };
    },
  };
}
