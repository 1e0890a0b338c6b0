import { type Connection, openCluster } from '../cluster/open-cluster.ts';
import { metadataText } from '../cluster/paths.ts';
import type { InjectDependencies } from '../dependencies.ts';

/** Milliseconds: whoever presses Tab does not wait longer. */
const limit = 2000;

/** The namespaces of the cluster; none where it does not answer in time, or whoever asks may not list them. */
export function namespacesOf(connection: Connection, kubectl: InjectDependencies['kubectl']): readonly string[] {
  const namespaces = openCluster(kubectl, { ...connection, limit }).list('/api/v1/namespaces') ?? [];
  return namespaces.map((each) => metadataText(each, 'name'));
}

/** The contexts of the kubeconfig; none where it cannot be read. */
export function contextsOf({ kubeconfig }: Connection, kubectl: InjectDependencies['kubectl']): readonly string[] {
  const ofFile = kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`];
  const answer = kubectl([...'config get-contexts -o name'.split(' '), ...ofFile], '', limit);
  return 'bytes' in answer
    ? new TextDecoder()
        .decode(answer.bytes)
        .split('\n')
        .filter((name) => name !== '')
    : [];
}
