// S6: HTTPS in front of an app that knows nothing of it, with a certificate that is renewed while clients are connected.
import { Agent, get } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, type TaskMeta } from 'vitest';
import { type Authority, createAuthority } from '../../cluster/certificates.ts';
import { forms, httpsCases, namespaceOf, type Row, webhooks } from '../pieces/cases.ts';
import { readExample } from '../pieces/example.ts';
import { openSite, type Site } from '../pieces/http.ts';
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

interface Answer {
  readonly status: number;
  readonly body: string;
  /** Of the certificate that the connection was made with. */
  readonly serial: string;
}

/** Asks for the page under the host's name; fails where the certificate is not one of the authority for that name. */
function ask({ url }: Site, agent: Agent): Promise<Answer> {
  const { hostname: host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const headers = { host: hostName };
    const request = get({ host, port, servername: hostName, headers, agent, timeout: 10_000 }, (response) => {
      const serial = (response.socket as TLSSocket).getPeerCertificate().serialNumber;
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, body, serial }));
    });
    request.on('error', reject).on('timeout', () => request.destroy(new Error('no answer for 10 s')));
  });
}

/** Asks again and again until it is ended, and keeps what went wrong. */
function startClient(site: Site, agent: Agent, pause: number) {
  const serials = new Set<string>();
  const failures: string[] = [];
  let [requests, ended] = [0, false];
  const asking = (async () => {
    while (!ended) {
      const answer = await ask(site, agent).catch((error: Error) => error);
      requests += 1;
      if (answer instanceof Error) failures.push(answer.message);
      else if (answer.status !== 200) failures.push(`status ${answer.status}`);
      else serials.add(answer.serial);
      await sleep(pause);
    }
  })();
  const end = async () => {
    ended = true;
    await asking;
  };
  return { serials, failures, requests: () => requests, end };
}

async function giveCertificate(authority: Authority, namespace: string, otherKey?: string): Promise<void> {
  const { certificatePem, keyPem } = await authority.issue({ commonName: hostName, hosts: [hostName] });
  const stringData = { 'tls.crt': certificatePem, 'tls.key': otherKey ?? keyPem };
  const metadata = { name: 'legacy-tls' };
  await target.apply(namespace, { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, stringData });
}

/** Renews the certificate under two clients, one that keeps its connection and one that never does; in seconds until it is served. */
async function renewed(site: Site, authority: Authority, namespace: string): Promise<number> {
  const ca = authority.certificatePem;
  const [keeping, fresh] = [new Agent({ ca, keepAlive: true, maxSockets: 1 }), new Agent({ ca, maxCachedSessions: 0 })];
  // nginx ends a connection after 1000 requests, so this one pauses.
  const clients = [startClient(site, keeping, 100), startClient(site, fresh, 20)] as const;
  const [kept, anew] = clients;
  try {
    await until('both are served', async () => (kept.serials.size > 0 && anew.serials.size > 0) || undefined, {
      seconds: 60,
    });
    await giveCertificate(authority, namespace);
    const started = performance.now();
    await until('the new certificate is served', async () => anew.serials.size === 2 || undefined, {
      ...{ seconds: target.provider === 'node' ? 60 : 150, every: 100 },
    });
    const seconds = (performance.now() - started) / 1000;
    const enough = anew.requests() + 100;
    await until('it goes on', async () => anew.requests() > enough || undefined, { seconds: 120 });
    await Promise.all(clients.map(({ end }) => end()));
    expect(clients.map(({ failures }) => failures)).toEqual([[], []]);
    // Nobody closed the connection that was open all the time.
    expect(kept.serials.size).toBe(1);
    return seconds;
  } finally {
    await Promise.all(clients.map(({ end }) => end()));
    keeping.destroy();
    fresh.destroy();
  }
}

/** Renews the Secret with a key that does not fit: the sidecar says so, serves the former pair, and the pod stays Ready. */
async function refusesBrokenPair(pod: Pod, authority: Authority, site: Site, agent: Agent): Promise<void> {
  const { name, namespace } = pod.metadata;
  await giveCertificate(authority, namespace, (await authority.issue({ commonName: 'other' })).keyPem);
  const log = () => target.kubectl(['logs', '-n', namespace, name, '-c', 'sidecar-https']);
  const refused = async () => (await log()).includes('The former edition stays in use.') || undefined;
  await until('the pair that does not fit is refused', refused, { seconds: target.provider === 'node' ? 60 : 150 });
  expect((await ask(site, agent)).status).toBe(200);
  expect(await statusOf(target, pod, 'sidecar-https')).toMatchObject({ ready: true, restartCount: 0 });
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
  const site = await openSite(target, pod, 20443);
  const agent = new Agent({ ca: authority.certificatePem });
  try {
    expect((await site.get('/')).status).toBe(400);
    const served = async () => {
      const answer = await ask(site, agent);
      return answer.status === 200 ? answer : undefined;
    };
    const { body } = await until('the app is served, which has no probe', served, { seconds: 180 });
    expect(JSON.parse(body)).toMatchObject({ host: hostName, 'x-forwarded-proto': 'https' });

    const before = await statusOf(target, pod, 'app');
    const seconds = await renewed(site, authority, namespace);
    row.program = `nginx (new certificate after ${seconds.toFixed(0)} s)`;
    expect((await statusOf(target, pod, 'sidecar-https')).restartCount).toBe(0);
    await refusesBrokenPair(pod, authority, site, agent);

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
