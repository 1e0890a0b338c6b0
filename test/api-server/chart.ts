// The webhooks, rights and definitions of the chart on a real API server, and injectors outside of it that call themselves by
// the chart's service account: what they may not do there, they may not do here.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
import { applied } from './setup.ts';

const chart = resolve(import.meta.dirname, '../../charts/sidecar-injector');
export const release = 'sidecar-injector';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly webhooks?: readonly { readonly clientConfig: { readonly service: { readonly path: string } } }[];
}

/** What Helm makes of the chart. */
export async function renderedChart(...settings: readonly string[]): Promise<readonly Manifest[]> {
  const { helm } = await ensureBinaries(['helm']);
  const all = ['certificates.existingSecret=x', 'certificates.caBundle=QUJD', ...settings];
  const args = ['template', release, chart, '-n', release, ...all.flatMap((setting) => ['--set', setting])];
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
  /** Starts the server that the API server calls; it is given the kubeconfig. */
  readonly start?: (kubeconfig: string) => Promise<Webhook>;
}

export async function startCharted(options: ChartedOptions = {}): Promise<Charted> {
  const { settings = [], webhookFlags = [], ...controlPlane } = options;
  const cluster = await startControlPlane(controlPlane);
  const manifests = await renderedChart(...settings);
  const ofKind = (pattern: RegExp) => manifests.filter(({ kind }) => pattern.test(kind));
  await applied(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: release } });
  await applied(cluster, ...ofKind(/^(CustomResourceDefinition|ServiceAccount|(Cluster)?Role(Binding)?)$/));
  await cluster.kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
  const folder = mkdtempSync(join(tmpdir(), 'charted-'));
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  const [account] = ofKind(/^ServiceAccount$/);
  const { stdout: token } = await cluster.kubectl(['create', 'token', account?.metadata.name ?? '', '-n', release]);
  writeFileSync(kubeconfig, kubeconfigOf(cluster, token.trim()));
  const webhook = await (options.start ?? ((path) => startWebhook(['--cluster', path, ...webhookFlags])))(kubeconfig);
  const called = { caBundle: Buffer.from(readFileSync(webhook.ca, 'utf8')).toString('base64') };
  const byUrl = ofKind(/WebhookConfiguration$/).map((configuration) => ({
    ...configuration,
    webhooks: configuration.webhooks?.map((entry) => ({
      ...entry,
      clientConfig: { ...called, url: webhook.url.replace('/mutate', entry.clientConfig.service.path) },
    })),
  }));
  await applied(cluster, ...byUrl);
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

function kubeconfigOf({ url, caPem }: ControlPlane, token: string): string {
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

const controllers = ['deployment', 'replicaset', 'statefulset', 'daemonset', 'job', 'cronjob'];

/** The controllers that make pods of Deployments and other workloads. */
export async function startControllers({ kubeconfig }: ControlPlane): Promise<Daemon> {
  const { 'kube-controller-manager': command } = await ensureBinaries(['kube-controller-manager']);
  const directory = mkdtempSync(join(tmpdir(), 'controllers-'));
  const args = [
    `--kubeconfig=${kubeconfig}`,
    `--controllers=${controllers.map((name) => `${name}-controller`).join()}`,
    ...['--leader-elect=false', '--secure-port=0'],
  ];
  return startDaemon({ name: 'kube-controller-manager', command, args, directory, lifetime: 'parent' });
}
