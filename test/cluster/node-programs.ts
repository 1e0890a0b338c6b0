// Starts the programs of a node in its box, each with a certificate of its own, and waits until they do their work.
import { type Connection, callApi, kubeconfigText } from './api-client.ts';
import { defaultAuditPolicy, etcdArgs, prepareApiServer, writeSecret } from './api-server.ts';
import type { Box } from './box.ts';
import type { Authority, Subject } from './certificates.ts';
import { untilReady } from './daemon.ts';
import { type NodeNetwork, writeCniConfiguration } from './node-network.ts';
import * as settings from './node-settings.ts';
import type { RunningNode } from './running-node.ts';
import { type Stage, together } from './stages.ts';

/** All programs of a node. */
export const programNames = [
  ...(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'kubelet'] as const),
  ...(['kube-proxy', 'containerd', 'containerd-shim-runc-v2', 'ctr', 'coredns', 'pause'] as const),
];
export type Programs = Record<(typeof programNames)[number], string>;

/** What the programs of one node are started with. */
export interface Site {
  readonly box: Box;
  readonly folder: string;
  readonly network: NodeNetwork;
  readonly programs: Programs;
  readonly authority: Authority;
  readonly connection: Connection;
  readonly nodeName: string;
}

/** etcd and the API server; returns when that says it is ready. */
export async function startApiServer(site: Site, extraArgs: readonly string[]): Promise<void> {
  const { box, folder, network, programs, authority, connection } = site;
  box.start('etcd', programs.etcd, etcdArgs(folder, 2379, 2380));
  const addresses = { address: network.node, port: 6443, etcdPort: 2379, serviceRange: network.services };
  // As what the API server calls the kubelet: for logs, exec and port-forward.
  const kubelet = await authority.issue({ commonName: 'kube-apiserver-kubelet', organization: 'system:masters' });
  const kubeletFlags = [
    '--kubelet-preferred-address-types=InternalIP',
    `--kubelet-client-certificate=${writeSecret(folder, 'kubelet-client.crt', kubelet.certificatePem)}`,
    `--kubelet-client-key=${writeSecret(folder, 'kubelet-client.key', kubelet.keyPem)}`,
  ];
  const server = { directory: folder, authority, auditPolicy: defaultAuditPolicy, ...addresses };
  const args = await prepareApiServer({ ...server, extraArgs: [...kubeletFlags, ...extraArgs] });
  const daemon = box.start('kube-apiserver', programs['kube-apiserver'], args);
  await untilReady(daemon, async () => (await callApi(connection, 'GET', '/readyz')).status === 200);
}

/** containerd, with the one image that every pod needs. */
export async function startContainerd({ box, folder, network, programs }: Site, node: RunningNode): Promise<void> {
  const args = settings.containerdArgs(folder, writeCniConfiguration(folder, network));
  const daemon = box.start('containerd', programs.containerd, args);
  await untilReady(daemon, async () => Boolean(await node.ctr('version')));
  await node.importPause();
}

/** All that needs the API server; returns when the node takes pods. */
export async function startTheRest(site: Site, stage: Stage): Promise<void> {
  const { box, folder, network, programs, connection, nodeName } = site;
  const start = async (name: keyof Programs, subject: Subject, args: (kubeconfig: string) => string[]) => {
    const client = await site.authority.issue(subject);
    const kubeconfig = writeSecret(folder, `${name}.kubeconfig.yaml`, kubeconfigText({ ...connection, client }));
    return box.start(name, programs[name], args(kubeconfig));
  };
  const system = (commonName: string, organization?: string) => ({
    commonName: `system:${commonName}`,
    ...(organization ? { organization } : {}),
  });
  const [kubelet] = await together([
    start('kubelet', system(`node:${nodeName}`, 'system:nodes'), (kubeconfig) =>
      settings.kubeletArgs(folder, kubeconfig, nodeName, network),
    ),
    start('kube-controller-manager', system('kube-controller-manager'), (kubeconfig) =>
      settings.controllerManagerArgs(folder, kubeconfig),
    ),
    start('kube-scheduler', system('kube-scheduler'), settings.schedulerArgs),
    start('kube-proxy', system('kube-proxy'), (kubeconfig) => settings.kubeProxyArgs(kubeconfig, nodeName, network)),
    start('coredns', { commonName: 'coredns', organization: 'system:masters' }, (kubeconfig) =>
      settings.corednsArgs(folder, kubeconfig, network),
    ),
  ]);
  await stage('node Ready', () => untilReady(kubelet, () => isReady(connection, nodeName)));
}

/** The node takes pods, and the namespace `default` has what pods in it need. */
async function isReady(connection: Connection, nodeName: string): Promise<boolean> {
  const [node, ...needed] = await Promise.all([
    callApi(connection, 'GET', `/api/v1/nodes/${nodeName}`),
    callApi(connection, 'GET', '/api/v1/namespaces/default/serviceaccounts/default'),
    callApi(connection, 'GET', '/api/v1/namespaces/default/configmaps/kube-root-ca.crt'),
  ]);
  const { status } = JSON.parse(node.body) as { status?: { conditions?: { type: string; status: string }[] } };
  const ready = status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') ?? false;
  return ready && needed.every((each) => each.status === 200);
}
