// Replicas that share their certificates in a Secret of a real API server.
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { certificatesIn, issuerOf } from '../../src/certificates/bundle.ts';
import type { Material } from '../../src/certificates/material.ts';
import { type CertificatePair, readCertificate } from '../../src/certificates/pair.ts';
import { type Certificates, makeCertificates } from '../../src/certificates/serving.ts';
import { createTrust, type TrustOwner } from '../../src/certificates/trust.ts';
import { openApi } from '../../src/cluster/api.ts';
import { secretStore } from '../../src/cluster/certificate-secret.ts';
import { lifetimes, madeByHelm, names, nothing } from '../certificates/steps.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { createGate } from './gate.ts';
import { applied } from './setup.ts';

let cluster: ControlPlane;
beforeAll(async () => {
  cluster = await startControlPlane();
}, 900_000);
afterAll(() => cluster?.stop());

const patience = { timeout: 60_000 };
/** What the issue promises for a repair. */
const repaired = { timeout: 10_000 };

interface Replica extends Certificates {
  readonly trust: TrustOwner;
  /** Of each change of what clients must trust: how many authorities, and how many leaves had been served before. */
  readonly published: { readonly authorities: number; readonly leaves: number }[];
  readonly used: CertificatePair[];
  readonly whys: string[];
  readonly failures: string[];
}
const running: Replica[] = [];
afterEach(() => {
  for (const { stop } of running.splice(0)) stop();
});

const storeOf = (kubeConfig: KubeConfig, name: string, failures: string[] = []) =>
  secretStore({
    ...{ kubeConfig, api: openApi(kubeConfig), namespace: 'default', name, owner: async () => undefined },
    failed: (message) => void failures.push(message),
  });

function connected(text = cluster.adminKubeConfigText): KubeConfig {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(text);
  return kubeConfig;
}

interface ReplicaOptions {
  readonly lives?: typeof lifetimes;
  readonly kubeconfig?: string;
  readonly settle?: number;
}

/** A replica that keeps the Secret. What it publishes counts as registered at once, unless `settle` says otherwise. */
async function replica(
  name: string,
  { lives = lifetimes, kubeconfig, settle = 0 }: ReplicaOptions = {},
): Promise<Replica> {
  const trust = createTrust(settle);
  trust.onAuthorities(trust.registered);
  const [used, whys, failures]: [CertificatePair[], string[], string[]] = [[], [], []];
  const published: Replica['published'] = [];
  trust.onAuthorities((bundle) => {
    published.push({ authorities: certificatesIn(bundle).length, leaves: used.length });
  });
  const store = storeOf(connected(kubeconfig), name, failures);
  const certificates = await makeCertificates(
    { store, trust, names, lifetimes: lives },
    {
      use: (pair) => void used.push(pair),
      written: (why) => void whys.push(why),
      failed: (message) => void failures.push(message),
    },
  );
  const started = { ...certificates, trust, published, used, whys, failures };
  running.push(started);
  return started;
}

const stored = (name: string) => storeOf(connected(), name).read();
const kubectl = async (...args: string[]) => {
  const { code, stdout, stderr } = await cluster.kubectl(args);
  expect(code, stderr).toBe(0);
  return stdout;
};

/** Replaces what the Secret holds, as somebody would by hand. */
async function put(name: string, { authorities, authorityKey, pair }: Material): Promise<void> {
  const stringData = { 'ca.crt': authorities, 'ca.key': authorityKey, 'tls.crt': pair.cert, 'tls.key': pair.key };
  await applied(cluster, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    type: 'kubernetes.io/tls',
    stringData,
  });
}

describe('a Secret of certificates', () => {
  it('is made once by replicas that start together, and all serve what is in it', async () => {
    const replicas = await Promise.all([1, 2, 3, 4].map(() => replica('together')));
    const { material } = await stored('together');
    for (const { pair, ready, trust } of replicas) {
      await expect.poll(pair, patience).toEqual(material.pair);
      expect([ready(), trust.authorities()]).toEqual([undefined, material.authorities]);
    }
    expect(replicas.flatMap(({ whys }) => whys)).toHaveLength(1);
    expect(replicas.flatMap(({ failures }) => failures)).toEqual([]);
    const described = JSON.parse(await kubectl('get', 'secret', 'together', '-o', 'json'));
    expect(described).toMatchObject({
      type: 'kubernetes.io/tls',
      metadata: { labels: { 'app.kubernetes.io/name': 'sidecar-injector' } },
    });
    expect((await replica('together')).pair()).toEqual(material.pair);
  });

  const damages: [string, (name: string, whole: Material) => Promise<unknown>][] = [
    ['deleted', (name) => kubectl('delete', 'secret', name)],
    [
      'emptied',
      (name) =>
        kubectl('patch', 'secret', name, '-p', '{"data":{"tls.crt":"","tls.key":"","ca.crt":null,"ca.key":null}}'),
    ],
    [
      'half written',
      (name, whole) => put(name, { ...whole, pair: { ...whole.pair, cert: whole.pair.cert.slice(0, 700) } }),
    ],
    [
      'given the key of its authority',
      (name, whole) => put(name, { ...whole, pair: { ...whole.pair, key: whole.authorityKey } }),
    ],
    [
      'given the certificate of another authority',
      async (name, whole) => put(name, { ...whole, pair: (await madeByHelm()).pair }),
    ],
    ['given another key of the authority', (name, whole) => put(name, { ...whole, authorityKey: whole.pair.key })],
  ];
  it.each(damages)('that is %s is as before within 10 s, whichever replica comes first', async (_, damage) => {
    const name = `damaged-${damages.findIndex(([, known]) => known === damage)}`;
    const replicas = await Promise.all([replica(name), replica(name)]);
    const { material } = await stored(name);
    for (let time = 0; time < 2; time++) {
      await damage(name, material);
      await expect.poll(async () => (await stored(name)).material, repaired).toEqual(material);
    }
    for (const { pair, used, failures } of replicas) {
      expect(used).toEqual([material.pair]);
      expect([pair(), failures]).toEqual([material.pair, []]);
    }
  });

  it('that only a new replica finds broken gets new certificates', async () => {
    await put('found', { ...nothing, authorities: 'x' });
    const { pair, ready } = await replica('found');
    expect((await stored('found')).material.pair).toEqual(pair());
    expect(ready()).toBeUndefined();
  });

  it('is renewed while replicas run, once each time, and nobody notices', async () => {
    const lives = { leaf: 15_000, authority: 3_600_000 };
    const replicas = await Promise.all([replica('renewed', { lives }), replica('renewed', { lives })]);
    const fewest = () => Math.min(...replicas.map(({ used }) => used.length));
    await expect.poll(fewest, { timeout: 120_000 }).toBeGreaterThanOrEqual(3);
    const serials = replicas.map(({ used }) => used.map(({ cert }) => readCertificate(cert)?.serial));
    expect(serials[0]?.slice(0, 3)).toEqual(serials[1]?.slice(0, 3));
    const whys = replicas.flatMap((one) => one.whys);
    expect(new Set(whys.slice(1))).toContain('Two thirds of the life of the certificate have passed.');
    for (const { trust } of replicas) expect(certificatesIn(trust.authorities())).toHaveLength(1);
  });

  it('gets a new authority by an annotation: first the authority, then its leaf, and then the annotation is gone', async () => {
    const replicas = await Promise.all([replica('rotated', { settle: 1000 }), replica('rotated', { settle: 1000 })]);
    await kubectl('annotate', 'secret', 'rotated', 'sidecar.io/certificates=rotate');
    for (const { trust } of replicas)
      await expect.poll(() => certificatesIn(trust.authorities()), patience).toHaveLength(2);
    const { material, wish } = await stored('rotated');
    expect(wish).toBeUndefined();
    const newest = certificatesIn(material.authorities).slice(0, 1);
    for (const { pair } of replicas) await expect.poll(() => issuerOf(pair().cert, newest), patience).toBeDefined();
    await kubectl('annotate', 'secret', 'rotated', 'sidecar.io/certificates=drop-old');
    for (const { trust } of replicas)
      await expect.poll(() => certificatesIn(trust.authorities()), patience).toEqual(newest);
    expect(await kubectl('get', 'secret', 'rotated', '-o', 'jsonpath={.metadata.annotations}')).not.toContain(
      'sidecar.io',
    );
    expect(replicas.flatMap(({ whys }) => whys)).toHaveLength(4);
    for (const { published } of replicas)
      expect(published.slice(1)).toEqual([
        { authorities: 2, leaves: 1 },
        { authorities: 1, leaves: 2 },
      ]);
  });

  it('of an earlier version, which Helm has made, is taken over', async () => {
    const old = await madeByHelm();
    await put('helm', old);
    const { pair, trust, used } = await replica('helm', { settle: 2000 });
    expect(used[0]).toEqual(old.pair);
    expect(certificatesIn(trust.authorities())).toEqual([expect.anything(), ...certificatesIn(old.authorities)]);
    await expect.poll(pair, patience).not.toEqual(old.pair);
    expect(issuerOf(pair().cert, certificatesIn(trust.authorities()).slice(0, 1))).toBeDefined();
  });
});

describe('an API server that is away', () => {
  it('holds up a start, which says so and goes on when it is back', async () => {
    const gate = await createGate(cluster.url);
    const { pair, ready, failures } = await replica('away', { kubeconfig: gate.through(cluster.adminKubeConfigText) });
    expect(ready()).toBe('There is no certificate yet: see the log.');
    expect(readCertificate(pair().cert)).toBeDefined();
    expect(failures.join()).toMatch(/ECONNREFUSED/);
    await gate.open();
    await expect.poll(ready, patience).toBeUndefined();
    expect((await stored('away')).material.pair).toEqual(pair());
    gate.close();
  });

  it('changes nothing for a replica that serves; what is missed is caught up', async () => {
    const gate = await createGate(cluster.url);
    await gate.open();
    const { pair, ready, used } = await replica('gone', { kubeconfig: gate.through(cluster.adminKubeConfigText) });
    const first = pair();
    gate.close();
    await kubectl('delete', 'secret', 'gone');
    const other = await replica('gone');
    expect([pair(), ready()]).toEqual([first, undefined]);
    await gate.open();
    await expect.poll(pair, patience).toEqual(other.pair());
    // Clients of the first one still trust it.
    await expect.poll(() => issuerOf(first.cert, certificatesIn(other.trust.authorities())), patience).toBeDefined();
    expect(used).toHaveLength(2);
    gate.close();
  });
});
