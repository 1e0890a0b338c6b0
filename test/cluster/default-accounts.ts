// Gives each namespace its `default` service account, as the controller manager would.
//
// The alternative, --disable-admission-plugins=ServiceAccount, would be simpler but less honest: on every real cluster
// that plugin adds the token's volume and mounts to a pod *before* webhooks see it. The plugin waits a second or two
// for a missing `default` account, so a pod may be created right after its namespace.
import { Agent } from 'node:https';
import { type Connection, callApi, streamApi } from './api-client.ts';

interface NamespaceEvent {
  type?: string;
  object?: { metadata?: { name?: string } };
}

/** Watches the namespaces until `close` is called. */
export function createDefaultAccounts(connection: Connection): { close(): void } {
  // Some tests create thousands. A connection is not kept as long as the API server keeps it: 90 s.
  const agent = new Agent({ keepAlive: true, maxSockets: 4, timeout: 5000 });
  const stream = streamApi(connection, '/api/v1/namespaces?watch=1', (line) => {
    const { type, object } = JSON.parse(line) as NamespaceEvent;
    const namespace = object?.metadata?.name;
    if (type !== 'ADDED' || !namespace) return;
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    // Refused where it exists already, or where the namespace or the API server is going away: all fine.
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    callApi(connection, 'POST', path, account, agent).catch(() => {});
  });
  return {
    close() {
      stream.close();
      agent.destroy();
    },
  };
}
