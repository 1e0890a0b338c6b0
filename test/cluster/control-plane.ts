// A real API server with its etcd, on free loopback ports, within seconds and without root. Nothing runs the pods: they
// stay Pending, but everything that admission does to them is the real thing.
//
//   const cluster = await startControlPlane();
//   await cluster.kubectl(['create', 'namespace', 'shop']);
//   await cluster.kubectl(['apply', '-f', '-'], { stdin: manifests });       // { code, stdout, stderr }
//   cluster.auditEvents().filter((event) => event.objectRef?.resource === 'pods');
//   await cluster.stop();
//
// Authorization is RBAC; the kubeconfig is an administrator's (system:masters). Webhooks are reached by URL on
// loopback: `clientConfig: { url: 'https://127.0.0.1:PORT/mutate', caBundle }`.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../ports.ts';
import { type Connection, callApi, kubeconfigText } from './api-client.ts';
import { defaultAuditPolicy, etcdArgs, prepareApiServer, writeSecret } from './api-server.ts';
import { type AuditEvent, readAuditLog } from './audit-log.ts';
import { ensureBinaries, progressToStderr } from './binaries.ts';
import type { Progress } from './cache.ts';
import { createAuthority } from './certificates.ts';
import { type Daemon, startDaemon, untilReady } from './daemon.ts';
import { createDefaultAccounts } from './default-accounts.ts';
import { createKubectl, type Kubectl } from './kubectl.ts';
import { atProcessEnd, createScratchFolder } from './scratch-folder.ts';

export interface ControlPlaneOptions {
  readonly onProgress?: Progress;
  readonly extraApiServerArgs?: readonly string[];
  /** Instead of the one that records everything of pods and workloads. */
  readonly auditPolicy?: object;
}

export interface ControlPlane {
  /** As the API server says it: `v1.36.3`. */
  readonly version: string;
  readonly url: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly adminKubeConfigText: string;
  readonly caPem: string;
  readonly kubectl: Kubectl;
  /** Path of the audit log. */
  readonly auditLog: string;
  auditEvents(): AuditEvent[];
  /** Process numbers of etcd and of the API server. */
  readonly pids: readonly number[];
  /** Kills the API server and starts it again, at the same address; returns when it says that it is ready. */
  restartApiServer(): Promise<void>;
  /** Ends the processes and removes the folder. Harmless when called twice. */
  stop(): Promise<void>;
}

/** Starts etcd and the API server, and returns when the API server says that it is ready. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { onProgress = progressToStderr, extraApiServerArgs = [], auditPolicy = defaultAuditPolicy } = options;
  const programs = await ensureBinaries(['etcd', 'kube-apiserver', 'kubectl'], { onProgress });
  const directory = createScratchFolder();
  const daemons: Daemon[] = [];
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  const forget = atProcessEnd(() => {
    for (const daemon of daemons) daemon.kill();
    remove();
  });
  const stop = async () => {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
    remove();
    forget();
  };
  const start = (name: keyof typeof programs, args: string[]) => {
    const daemon = startDaemon({ name, command: programs[name], args, directory, lifetime: 'parent' });
    daemons.push(daemon);
    return daemon;
  };

  try {
    const [port, etcdPort, peerPort] = await Promise.all([freePort(), freePort(), freePort()]);
    start('etcd', etcdArgs(directory, etcdPort, peerPort));
    const authority = await createAuthority('sidecar-injector-testbed');
    const client = await authority.issue({ commonName: 'admin', organization: 'system:masters' });
    const connection: Connection = { url: `https://127.0.0.1:${port}`, caPem: authority.certificatePem, client };
    const address = { address: '127.0.0.1', port, etcdPort, serviceRange: '10.0.0.0/24' };
    const args = await prepareApiServer({
      ...{ directory, authority, auditPolicy, extraArgs: extraApiServerArgs },
      ...address,
    });
    const startServer = async () => {
      const server = start('kube-apiserver', args);
      await untilReady(server, async () => (await callApi(connection, 'GET', '/readyz')).status === 200);
      return server;
    };
    let server = await startServer();
    const accounts = createDefaultAccounts(connection);
    const adminKubeConfigText = kubeconfigText(connection);
    const kubeconfig = writeSecret(directory, 'kubeconfig.yaml', adminKubeConfigText);
    const auditLog = join(directory, 'audit.log');
    return {
      version: (JSON.parse((await callApi(connection, 'GET', '/version')).body) as { gitVersion: string }).gitVersion,
      url: connection.url,
      kubeconfig,
      adminKubeConfigText,
      caPem: connection.caPem,
      kubectl: createKubectl(programs.kubectl, kubeconfig, join(directory, 'kubectl-cache')),
      auditLog,
      auditEvents: () => readAuditLog(auditLog),
      pids: daemons.map((daemon) => daemon.pid),
      async restartApiServer() {
        await server.stop();
        server = await startServer();
      },
      async stop() {
        accounts.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
