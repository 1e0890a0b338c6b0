// Helm and the injector hand the webhook configurations over, on a real API server: an upgrade from a chart that
// rendered them deletes nothing, and an uninstall leaves nothing.
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWebhook, type Webhook } from '../../demo/webhook.ts';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import { openApi } from '../../src/cluster/api.ts';
import { secretStore } from '../../src/cluster/certificate-secret.ts';
import { findOwner } from '../../src/cluster/owner.ts';
import { chart, helm } from '../chart/helm.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import type { Daemon } from '../cluster/daemon.ts';
import { policyObject } from '../policy/policy.ts';
import { registrationFlags, release, startControllers } from './chart.ts';
import { enforce } from './enforced.ts';
import { applied } from './setup.ts';

/** The garbage collector learns of new kinds every 30 s, and waits until it knows them all. */
const collecting = { timeout: 240_000 };

let cluster: ControlPlane;
let controllers: Daemon;
let injector: Webhook | undefined;
beforeAll(async () => {
  cluster = await startControlPlane();
  controllers = await startControllers(cluster, ['garbage-collector']);
}, 900_000);
afterAll(async () => {
  await injector?.stop();
  await controllers?.stop();
  await cluster?.stop();
});

const kubectl = async (...args: string[]) => (await cluster.kubectl(args)).stdout;
const kinds = 'mutatingwebhookconfigurations,validatingwebhookconfigurations';
/** Of both configurations: who manages them, who owns them. */
const registration = async (): Promise<string[]> => {
  const columns = "jsonpath={range .items[*]}{.metadata.labels['app\\.kubernetes\\.io/managed-by']} ";
  const text = await kubectl('get', kinds, '-o', `${columns}{.metadata.ownerReferences[*].kind}{"\\n"}{end}`);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.trim());
};
const uids = () => kubectl('get', kinds, '-o', 'jsonpath={.items[*].metadata.uid}');
const install = (...settings: string[]) => {
  const set = settings.flatMap((setting) => ['--set', setting]);
  const where = ['--kubeconfig', cluster.kubeconfig, '-n', release, '--create-namespace'];
  return helm('upgrade', '--install', release, chart, '--reset-values', ...where, ...set);
};

it('an upgrade keeps what Helm wrote, the injector takes it over, later upgrades leave it alone, an uninstall removes it', async () => {
  await install(
    ...['webhook.register=false', 'certificates.source=existingSecret', 'certificates.existingSecret=own'],
    `certificates.caBundle=${Buffer.from('a CA').toString('base64')}`,
  );
  expect(await registration()).toEqual(['Helm', 'Helm']);
  const before = await uids();

  await install();
  expect(await registration(), 'as long as no injector has come').toEqual(['Helm', 'Helm']);
  const flags = ['--cluster', cluster.kubeconfig];
  injector = await startWebhook((origin) => [...flags, ...registrationFlags(origin)]);
  await expect.poll(registration, { timeout: 60_000 }).toEqual(Array(2).fill('sidecar-injector ClusterRole'));

  await install('logLevel=debug');
  await install();
  expect(await registration()).toEqual(Array(2).fill('sidecar-injector ClusterRole'));
  expect(await uids(), 'never deleted and created anew').toBe(before);

  await helm('uninstall', release, '--kubeconfig', cluster.kubeconfig, '-n', release);
  await expect.poll(registration, collecting).toEqual([]);
});

it('an upgrade keeps the certificate that Helm wrote, the injector takes it over, an uninstall removes it', async () => {
  const name = `${release}-certificate`;
  const now = new Date();
  const authority = await issueAuthority({ commonName: 'by Helm', life: 86_400_000, now });
  const leaf = await issueLeaf(authority, { commonName: name, life: 86_400_000, now, names: ['localhost'] });
  const secret = {
    ...{ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls' },
    metadata: { name, namespace: release, labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
    stringData: { 'ca.crt': authority.cert, 'tls.crt': leaf.cert, 'tls.key': leaf.key },
  };
  const where = ['--kubeconfig', cluster.kubeconfig, '-n', release];
  const given = ['--create-namespace', '--set-json', `extraObjects=${JSON.stringify([secret])}`];
  await helm('upgrade', '--install', release, chart, ...where, ...given);
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(cluster.kubeconfig);
  const api = openApi(kubeConfig);
  const owner = () => findOwner({ api, clusterRole: release, namespace: release });
  const store = secretStore({ kubeConfig, api, namespace: release, name, owner, failed: () => {} });
  const before = await store.read();
  expect(before.material.pair).toEqual(leaf);

  await install();
  expect((await store.read()).material, 'as long as no injector has come').toEqual(before.material);
  const { version } = await store.read();
  expect(await store.write({ ...before.material, authorityKey: authority.key }, version)).toBe(true);
  await install();
  expect((await store.read()).material.authorityKey).toBe(authority.key);

  await helm('uninstall', release, ...where);
  const left = () => kubectl('get', 'secrets', '-n', release, '-o', 'name');
  await expect.poll(left, collecting).not.toContain(name);
});

it('a new installation has none before its injector runs', async () => {
  await injector?.stop();
  // What it has written during the former installation is collected.
  await expect.poll(registration, collecting).toEqual([]);
  await install();
  expect(await registration()).toEqual([]);
});

it('the API server still reads what policies fix', async () => {
  const metadata = { name: 'shop', labels: { team: 'shop' } };
  await applied(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata });
  await enforce(cluster, policyObject('shop', { require: [{ sidecar: 'topz' }] }));
  await kubectl('label', 'namespace', 'shop', 'tried=true');
});
