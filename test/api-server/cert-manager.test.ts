// `certificates.source: cert-manager` with cert-manager itself: its controllers issue and renew what the chart asks
// for, the injector follows, and its cainjector fills the `caBundle` of webhook configurations that Helm writes.
import { X509Certificate } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWebhook } from '../../demo/webhook.ts';
import { filesOf, mountSecret, startCertManager } from './cert-manager.ts';
import { type Charted, registrationFlags, release, renderedChart, startCharted } from './chart.ts';
import { applied, untilAsked } from './setup.ts';

const settings = ['certificates.source=cert-manager', 'certificates.existingSecret=', 'certificates.caBundle='];
/**
 * What differs from the chart's Certificate. It is renewed every 6 s, where the chart leaves it to cert-manager: after
 * two thirds of its life. It is valid long enough for the slowest machine. And here the API server finds the injector
 * on loopback.
 */
const shortened = { duration: '10m', renewBefore: '9m54s', ipAddresses: ['127.0.0.1'] };
const configurations = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const certificates = `/apis/cert-manager.io/v1/namespaces/${release}/certificates`;

let charted: Charted;
let certManager: Awaited<ReturnType<typeof startCertManager>>;
let mounted: Awaited<ReturnType<typeof mountSecret>>;
beforeAll(async () => {
  charted = await startCharted({
    settings,
    async start(kubeconfig, cluster) {
      certManager = await startCertManager(cluster);
      const objects = (await renderedChart(...settings))
        .filter(({ kind }) => kind === 'Issuer' || kind === 'Certificate')
        .map((each) =>
          each.kind === 'Certificate' && each.metadata.name === release
            ? { ...each, spec: { ...each.spec, ...shortened } }
            : each,
        );
      const stdin = objects.map((object) => JSON.stringify(object)).join('\n---\n');
      const apply = ['apply', '--server-side', '--validate=strict', '-f', '-'];
      expect(await cluster.kubectl(apply, { stdin })).toMatchObject({ code: 0 });
      const wait = ['wait', '-n', release, '--for=condition=Ready', '--timeout=300s', 'certificate', '--all'];
      expect(await cluster.kubectl(wait)).toMatchObject({ code: 0 });
      mounted = await mountSecret(cluster, `${release}-certificate`);
      const [cert, key, ca] = ['tls.crt', 'tls.key', 'ca.crt'].map((name) => `${mounted.folder}/${name}`);
      const files = ['--tls-cert', cert ?? '', '--tls-key', key ?? '', '--tls-ca', ca ?? '', '--certs-life=4m'];
      const flags = (origin: string) => ['--cluster', kubeconfig, ...files, ...registrationFlags(origin)];
      return startWebhook(flags, [], undefined, mounted.folder);
    },
  });
  await untilAsked(charted.cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(async () => {
  await mounted?.stop();
  await charted?.stop();
  await certManager?.stop();
});

/** The CAs of each entry of a MutatingWebhookConfiguration, as PEM text. */
async function bundles(name = release): Promise<readonly string[]> {
  const { body } = await charted.api({ path: `${configurations}/${name}` });
  const { webhooks } = body as { webhooks: readonly { clientConfig: { caBundle?: string } }[] }; // of that path
  return webhooks.map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? '', 'base64').toString());
}

/** The certificate that a client is shown on a new connection, who trusts what the API server is told to trust. */
async function handshake(): Promise<X509Certificate> {
  const [ca = ''] = await bundles();
  const { hostname, port } = new URL(charted.webhook.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), ca }, () => {
      const shown = socket.getPeerX509Certificate();
      socket.destroy();
      if (shown) resolve(shown);
      else reject(new Error('no certificate was shown'));
    });
    socket.on('error', reject);
  });
}

/** As `cmctl renew` does it. */
async function renew(certificate: string): Promise<void> {
  const condition = { type: 'Issuing', status: 'True', reason: 'ManuallyTriggered', lastTransitionTime: new Date() };
  const { status } = await charted.api({
    ...{ method: 'PATCH', path: `${certificates}/${certificate}/status` },
    contentType: 'application/json-patch+json',
    body: [{ op: 'add', path: '/status/conditions/-', value: condition }],
  });
  expect(status).toBe(200);
}

const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 240_000, interval: 300 });
const authority = async () => (await filesOf(charted.cluster, `${release}-ca`))['tls.crt'] ?? '';

it('renewals by time, and a new CA, lose neither a handshake nor a sidecar', { timeout: 600_000 }, async () => {
  const served = new Set<string>();
  const failures: string[] = [];
  let ended = false;
  const endless = async (act: (i: number) => Promise<void>) => {
    for (let i = 0; !ended; i++) {
      await act(i).catch((error) => failures.push(String(error)));
      await sleep(50);
    }
  };
  let pods = 0;
  const clients = [
    endless(async () => void served.add((await handshake()).fingerprint256)),
    endless(async (i) => {
      const metadata = { name: `web-${i}`, annotations: { 'sidecar.io/topz': 'true' } };
      const body = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'app', image: 'app' }] } };
      const answer = await charted.api({ method: 'POST', path: '/api/v1/namespaces/default/pods', body });
      pods += 1;
      if (!JSON.stringify(answer.body).includes('sidecar-topz')) failures.push(JSON.stringify(answer.body));
    }),
  ];
  try {
    await until(() => expect(served.size).toBeGreaterThan(2));
    const old = await authority();
    expect((await handshake()).verify(new X509Certificate(old).publicKey)).toBe(true);
    await renew(`${release}-ca`);
    await until(async () => expect(await authority()).not.toBe(old));
    const next = new X509Certificate(await authority());
    await until(async () => expect((await handshake()).verify(next.publicKey)).toBe(true));
  } finally {
    ended = true;
    await Promise.all(clients);
  }
  expect(failures).toEqual([]);
  expect(pods).toBeGreaterThan(10);
});

it('configurations that Helm writes get their caBundle from cainjector, which keeps the old CA beside a new one', async () => {
  const rendered = await renderedChart(...settings, 'webhook.register=false');
  const own = rendered.filter(({ kind }) => kind.endsWith('WebhookConfiguration'));
  const renamed = own.map((each) => ({ ...each, metadata: { ...each.metadata, name: 'helm' } }));
  await applied(charted.cluster, ...renamed);
  const untilTrusted = (ca: string) =>
    until(async () => {
      for (const bundle of await bundles('helm')) expect(bundle).toContain(ca.trim());
    });
  const old = await authority();
  await untilTrusted(old);
  await renew(`${release}-ca`);
  await until(async () => expect(await authority()).not.toBe(old));
  await untilTrusted(await authority());
  // Replicas serve certificates of the old one until kubelets bring the new files.
  await untilTrusted(old);
}, 600_000);
