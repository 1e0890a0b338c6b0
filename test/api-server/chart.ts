// The rights and definitions of the chart on a real API server, and injectors outside of it that register and call
// themselves by the chart's service account: what they may not do there, they may not do here.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { parseAllDocuments, stringify } from 'yaml';
import { startWebhook, type Webhook } from '../../demo/webhook.ts';
import { type Api, openApi } from '../../src/cluster/api.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from '../cluster/control-plane.ts';
import { type Daemon, startDaemon } from '../cluster/daemon.ts';
import { applied, untilDefined } from './setup.ts';

const chart = resolve(import.meta.dirname, '../../charts/sidecar-injector');
export const release = 'sidecar-injector';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: object;
}

/** The flags of an injector that registers the server at `origin`. */
export const registrationFlags = (origin: string, name = release) => [
  ...[`--registration=${release}/${name}`, `--registration-url=${origin}`, `--registration-owner=${name}`],
  '--webhook-timeout=30s', // everything shares the cores of one machine here
];

/** What Helm makes of the chart. */
export async function renderedChart(...settings: readonly string[]): Promise<readonly Manifest[]> {
  const { helm } = await ensureBinaries(['helm']);
  const all = ['certificates.existingSecret=x', 'certificates.caBundle=QUJD', ...settings];
  const args = [
    'template',
    release,
    chart,
    '-n',
    release,
    '--skip-tests',
    ...all.flatMap((setting) => ['--set', setting]),
  ];
  const { stdout } = await promisify(execFile)(helm, args, { maxBuffer: 2 ** 24 });
  return parseAllDocuments(stdout).map((document) => document.toJS());
}

export interface Charted {
  readonly cluster: ControlPlane;
  /** With the rights of an administrator, and as fast as the API server. */
  readonly api: Api;
  /** A kubeconfig of the chart's service account. */
  readonly kubeconfig: string;
  /** The server that the API server calls. */
  readonly webhook: Webhook;
  stop(): Promise<void>;
}

export interface ChartedOptions extends ControlPlaneOptions {
  readonly settings?: readonly string[];
  readonly webhookFlags?: readonly string[];
  /** Starts the server that the API server calls, and that registers itself; it is given the kubeconfig. */
  readonly start?: (kubeconfig: string, cluster: ControlPlane) => Promise<Webhook>;
}

export async function startCharted(options: ChartedOptions = {}): Promise<Charted> {
  const { settings = [], webhookFlags = [], ...controlPlane } = options;
  const cluster = await startControlPlane(controlPlane);
  const manifests = await renderedChart(...settings);
  const ofKind = (pattern: RegExp) => manifests.filter(({ kind }) => pattern.test(kind));
  await applied(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: release } });
  await applied(cluster, ...ofKind(/^(CustomResourceDefinition|ServiceAccount|(Cluster)?Role(Binding)?)$/));
  await untilDefined(cluster);
  const folder = mkdtempSync(join(tmpdir(), 'charted-'));
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  const name = ofKind(/^ServiceAccount$/)[0]?.metadata.name ?? release;
  const { stdout: token } = await cluster.kubectl(['create', 'token', name, '-n', release]);
  writeFileSync(kubeconfig, kubeconfigOf(cluster, token.trim()));
  const started = (path: string) =>
    startWebhook((origin) => ['--cluster', path, ...registrationFlags(origin, name), ...webhookFlags]);
  const webhook = await (options.start ?? started)(kubeconfig, cluster);
  const admin = new KubeConfig();
  admin.loadFromFile(cluster.kubeconfig);
  return {
    cluster,
    api: openApi(admin),
    kubeconfig,
    webhook,
    async stop() {
      await webhook.stop();
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function kubeconfigOf({ url, caPem }: ControlPlane, token: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'c', cluster: { server: url, 'certificate-authority-data': Buffer.from(caPem).toString('base64') } },
    ],
    users: [{ name: 'u', user: { token } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  });
}

const ofWorkloads = ['deployment', 'replicaset', 'statefulset', 'daemonset', 'job', 'cronjob'];

/** Controllers: those that make pods of Deployments and other workloads, unless others are named. */
export async function startControllers({ kubeconfig }: ControlPlane, controllers = ofWorkloads): Promise<Daemon> {
  const { 'kube-controller-manager': command } = await ensureBinaries(['kube-controller-manager']);
  const directory = mkdtempSync(join(tmpdir(), 'controllers-'));
  const args = [
    `--kubeconfig=${kubeconfig}`,
    `--controllers=${controllers.map((name) => `${name}-controller`).join()}`,
    ...['--leader-elect=false', '--secure-port=0', '--horizontal-pod-autoscaler-sync-period=1s'],
    '--resource-quota-sync-period=2s', // it misses pods that are created with the quota
  ];
  return startDaemon({ name: 'kube-controller-manager', command, args, directory, lifetime: 'parent' });
}
