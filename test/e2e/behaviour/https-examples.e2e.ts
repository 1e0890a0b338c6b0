// S6: HTTPS in front of an app that knows nothing of it, with a certificate that is renewed while clients are
// connected.
import { Agent, get } from 'node:https';
import { describe, expect, it, type TaskMeta } from 'vitest';
import { type Authority, createAuthority } from '../../cluster/certificates.ts';
import { forms, httpsCases, namespaceOf, type Row, webhooks } from '../pieces/cases.ts';
import { readExample } from '../pieces/example.ts';
import { openSite, type Site } from '../pieces/http.ts';
import { type HttpsClients, startHttpsClients } from '../pieces/https-clients.ts';
import { killContainer } from '../pieces/kill-container.ts';
import { inNamespace } from '../pieces/place.ts';
import { readyPod, statusOf } from '../pieces/pods.ts';
import type { Pod } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { expectUntouched } from '../pieces/untouched.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const places = webhooks.filter((place) => place === 'inside' || target.host !== undefined);
const lines = httpsCases.flatMap((name) => forms.flatMap((form) => places.map((webhook) => ({ name, form, webhook }))));
const hostName = 'legacy.example.com';
const port = 20443;

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks for the page under the host's name; fails where the certificate is not one of the authority for that name. */
function ask({ url }: Site, agent: Agent): Promise<Answer> {
  const { hostname: host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const headers = { host: hostName };
    const request = get({ host, port, servername: hostName, headers, agent, timeout: 60_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', reject).on('timeout', () => request.destroy(new Error('no answer for 60 s')));
  });
}

async function giveCertificate(authority: Authority, namespace: string, otherKey?: string): Promise<void> {
  const { certificatePem, keyPem } = await authority.issue({ commonName: hostName, hosts: [hostName] });
  const stringData = { 'tls.crt': certificatePem, 'tls.key': otherKey ?? keyPem };
  const metadata = { name: 'legacy-tls' };
  await target.apply(namespace, { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, stringData });
}

/** Renews the certificate under the clients; in seconds until it is served. */
async function renewed(clients: HttpsClients, authority: Authority, namespace: string): Promise<number> {
  const served = async () => {
    const { keeping, fresh } = clients.reports() ?? {};
    return (keeping?.serials.length && fresh?.serials.length) || undefined;
  };
  await until('both are served', served, { seconds: 180 });
  await giveCertificate(authority, namespace);
  const started = performance.now();
  const changed = async () => clients.reports()?.fresh.serials.length === 2 || undefined;
  await until('the new certificate is served', changed, { seconds: 300, every: 100 });
  const seconds = (performance.now() - started) / 1000;
  await goOn(clients);
  return seconds;
}

async function goOn(clients: HttpsClients): Promise<void> {
  const requests = () => clients.reports()?.fresh.requests ?? 0;
  const enough = requests() + 100;
  await until('it goes on', async () => requests() > enough || undefined, { seconds: 300 });
}

/**
 * Renews the Secret with a key that does not fit: the sidecar says so, serves the former pair, and the pod stays Ready.
 */
async function refusesBrokenPair(clients: HttpsClients, pod: Pod, authority: Authority): Promise<void> {
  const { name, namespace } = pod.metadata;
  await giveCertificate(authority, namespace, (await authority.issue({ commonName: 'other' })).keyPem);
  const log = () => target.kubectl(['logs', '-n', namespace, name, '-c', 'sidecar-https']);
  const refused = async () => (await log()).includes('The former edition stays in use.') || undefined;
  await until('the pair that does not fit is refused', refused, { seconds: 300 });
  await goOn(clients);
  expect(await statusOf(target, pod, 'sidecar-https')).toMatchObject({ ready: true, restartCount: 0 });
}

/** A client that keeps its connection and one that never does go through both: not one request fails. */
async function renewsUnderClients(pod: Pod, authority: Authority): Promise<number> {
  const { metadata, status } = pod;
  const question = { host: status.podIP ?? '', port, name: hostName, ca: authority.certificatePem };
  const clients = startHttpsClients(target, question);
  try {
    const seconds = await renewed(clients, authority, metadata.namespace);
    expect((await statusOf(target, pod, 'sidecar-https')).restartCount).toBe(0);
    await refusesBrokenPair(clients, pod, authority);
    const { keeping, fresh } = await clients.end();
    expect([keeping.failures, fresh.failures]).toEqual([[], []]);
    // Nobody closed the connection that was open all the time.
    expect([keeping.serials.length, fresh.serials.length]).toEqual([1, 2]);
    return seconds;
  } finally {
    await clients.end().catch(() => {}); // told above
  }
}

function expectForm({ spec }: Pod, form: Row['form']): void {
  const inits = (spec.initContainers ?? []).map(({ name }) => name);
  const containers = spec.containers.map(({ name }) => name);
  expect([inits, containers]).toEqual(
    form === 'native' ? [['sidecar-https'], ['app']] : [[], ['app', 'sidecar-https']],
  );
}

async function serves(
  { name, form, webhook }: (typeof lines)[number],
  meta: TaskMeta,
  namespace: string,
): Promise<void> {
  const row: Row = { name, form, webhook, program: 'nginx' };
  meta.row = row;
  const authority = await createAuthority('e2e');
  await giveCertificate(authority, namespace);
  const asked = form === 'classic' && webhook === 'inside' ? { 'sidecar.io/https-native': 'false' } : {};
  const example = readExample('https.yaml', '', asked);
  await target.apply(namespace, ...example.objects);
  const pod = await readyPod(target, namespace);
  expectForm(pod, form);
  await expectUntouched(target, pod, example.template, []);
  // What is not HTTPS gets an answer too: that it should be.
  const site = await openSite(target, pod, port);
  const agent = new Agent({ ca: authority.certificatePem });
  try {
    const refused = async () => (await site.get('/')).status === 400 || undefined;
    await until('what is not HTTPS is refused', refused, { seconds: 60 });
    const served = async () => {
      const answer = await ask(site, agent);
      return answer.status === 200 ? answer : undefined;
    };
    const { body } = await until('the app is served, which has no probe', served, { seconds: 180 });
    expect(JSON.parse(body)).toMatchObject({ host: hostName, 'x-forwarded-proto': 'https' });

    const before = await statusOf(target, pod, 'app');
    row.program = `nginx (new certificate after ${(await renewsUnderClients(pod, authority)).toFixed(0)} s)`;

    await killContainer(target, pod, 'sidecar-https');
    const look = async () => (await ask(site, agent)).status === 200 || undefined;
    await until('it serves again', look, { seconds: 180 });
    const { containerID, restartCount } = await statusOf(target, pod, 'app');
    expect({ containerID, restartCount }).toEqual({ containerID: before.containerID, restartCount: 0 });
  } finally {
    agent.destroy();
    site.close();
  }
}

describe.concurrent('HTTPS for a legacy app', () => {
  for (const line of lines) {
    const { name, form, webhook } = line;
    it(
      `${name} (https.yaml), ${form}, webhook ${webhook}: serves HTTPS, renews under clients, refuses a broken pair, outlives a kill, leaves the app alone`,
      { timeout: 900_000 },
      ({ task }) =>
        inNamespace(target, namespaceOf(name, form, webhook), (namespace) => serves(line, task.meta, namespace)),
    );
  }
});
