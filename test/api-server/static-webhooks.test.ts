// The webhooks that the chart renders where the injector does not register itself: with no server behind them, they
// decide about pods as those of the injector do.
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openApi } from '../../src/cluster/api.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { renderedChart } from './chart.ts';
import { concerningEntries, type Texts } from './concerning-entries.ts';
import { applied } from './setup.ts';

let cluster: ControlPlane;
let tried: ReturnType<typeof concerningEntries>;
beforeAll(async () => {
  cluster = await startControlPlane();
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(cluster.kubeconfig);
  tried = concerningEntries(openApi(kubeConfig), cluster);
  const caBundle = `certificates.caBundle=${Buffer.from(cluster.caPem).toString('base64')}`;
  const settings = ['webhook.register=false', caBundle, 'webhook.excludedNamespaces={build}'];
  const manifests = await renderedChart(...settings, 'requiredSidecars={git,strict}');
  const namespace = (name: string, labels = {}) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  });
  const enabled = { 'sidecar.io/inject': 'enabled' };
  const namespaces = [namespace('labelled', enabled), namespace('build', enabled), namespace('sidecar-injector')];
  await applied(cluster, ...namespaces, ...manifests.filter(({ kind }) => kind === 'MutatingWebhookConfiguration'));
  const noticed = async () => expect(await tried('default', { topz: 'true' })).toBe('created optional');
  await vi.waitFor(noticed, { timeout: 60_000 });
}, 900_000);
afterAll(() => cluster?.stop());

const mirror = { 'kubernetes.io/config.mirror': 'x' };

describe('a pod', () => {
  it.each([
    ['default', {}, {}, 'created'],
    ['default', { status: '{}' }, {}, 'created'],
    ['default', { tops: 'true' }, {}, 'created optional'],
    ['default', { 'git-repo': 'x', topz: 'true' }, {}, 'refused required'],
    ['default', { 'git.docs': 'true' }, {}, 'refused required'],
    ['default', { 'strict-greeting': 'x' }, {}, 'refused required'],
    ['default', { stricter: 'x' }, {}, 'created optional'],
    ['labelled', {}, {}, 'refused namespace'],
    ['labelled', { topz: 'true' }, {}, 'refused namespace'],
    ['labelled', { git: 'true' }, {}, 'refused namespace-required'],
    ['build', { git: 'true' }, {}, 'created'],
    ['kube-system', { git: 'true' }, {}, 'created'],
    ['sidecar-injector', { git: 'true' }, {}, 'created'],
    ['labelled', { git: 'true' }, mirror, 'created'],
  ])('%s %j %j: %s', async (namespace, words: Texts, others: Texts, result) => {
    expect(await tried(namespace, words, others)).toBe(result);
  });
});

describe('a workload or a namespace', () => {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'app' }] } };
  const job = { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } };
  const objects = {
    Deployment: { apiVersion: 'apps/v1', spec: { selector: { matchLabels: { app: 'web' } }, template } },
    Job: { apiVersion: 'batch/v1', spec: job },
    CronJob: { apiVersion: 'batch/v1', spec: { schedule: '0 0 * * *', jobTemplate: { spec: job } } },
    Namespace: { apiVersion: 'v1' },
  };
  it.each([
    ['Deployment', 'carry-spec-template'],
    ['Job', 'carry-spec-template'],
    ['CronJob', 'carry-spec-jobtemplate-spec-template'],
    ['Namespace', ''],
  ] as const)('%s: with annotations it waits for the entry "%s", without them for none', async (kind, entry) => {
    const tried = (annotations: object) => {
      const stdin = JSON.stringify({ kind, metadata: { name: 'web', annotations }, ...objects[kind] });
      return cluster.kubectl(['create', '--dry-run=server', '-f', '-'], { stdin });
    };
    expect(await tried({})).toMatchObject({ code: 0 });
    const annotated = await tried({ 'sidecar.io/topz': 'true' });
    if (entry === '') expect(annotated).toMatchObject({ code: 0 });
    else expect(annotated.stderr).toContain(`failed calling webhook "${entry}.sidecar.io"`);
  });
});
