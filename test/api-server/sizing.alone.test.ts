// What a replica costs, as the image starts it: docs/install.md has the figures. The bounds have room for slower
// machines. Time is that of the processor, which other processes hardly change.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Api, openApi } from '../../src/cluster/api.ts';
import { connect } from '../../src/cluster/connect.ts';
import { type Bundle, bundle, imageStart } from '../bundle.ts';
import { createAuthority } from '../cluster/certificates.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { freePort } from '../ports.ts';
import { review } from '../server/running-server.ts';
import { defineTemplates, template } from './cluster-templates.ts';

const folder = mkdtempSync(join(tmpdir(), 'sizing-'));
const path = (name: string) => join(folder, name);
const { flags, env } = imageStart();

let built: Bundle;
let cluster: ControlPlane;
let api: Api;
let replica: Replica | undefined;
beforeAll(async () => {
  built = bundle();
  cluster = await startControlPlane();
  await defineTemplates(cluster);
  const kubeConfig = connect(cluster.kubeconfig);
  if ('problem' in kubeConfig) throw new Error(kubeConfig.problem);
  api = openApi(kubeConfig);
  const authority = await createAuthority('sizing CA');
  const { certificatePem, keyPem } = await authority.issue({ commonName: 'sizing', hosts: ['127.0.0.1'] });
  writeFileSync(path('ca.crt'), authority.certificatePem);
  writeFileSync(path('tls.crt'), certificatePem);
  writeFileSync(path('tls.key'), keyPem);
}, 900_000);
afterAll(async () => {
  replica?.process.kill();
  await cluster?.stop();
  built?.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface Replica {
  readonly process: ChildProcess;
  /** Milliseconds from the start of the process until it was ready. */
  readonly ready: number;
  readonly ask: (path: string, body?: string) => Promise<number | undefined>;
}

async function startReplica(): Promise<Replica> {
  const port = await freePort();
  const own = ['--host', '127.0.0.1', '--port', String(port), '--log-level', 'error', '--drain-delay', '0s'];
  const all = [...own, '--tls-cert', path('tls.crt'), '--tls-key', path('tls.key'), '--cluster', cluster.kubeconfig];
  const agent = new Agent({ keepAlive: true, ca: readFileSync(path('ca.crt'), 'utf8') });
  const ask = (path: string, body?: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const method = body === undefined ? 'GET' : 'POST';
      const call = request({ ...{ host: '127.0.0.1', port, path, method, headers, agent } }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      });
      call.on('error', reject).end(body);
    });
  const start = performance.now();
  const child = spawn(process.execPath, [...flags, built.path('serve.cjs'), ...all], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  while ((await ask('/readyz').catch(() => undefined)) !== 200) {
    if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode}`);
    if (performance.now() - start > 120_000) throw new Error('the server is not ready after two minutes');
    await sleep(10);
  }
  return { process: child, ready: performance.now() - start, ask };
}

interface Cost {
  /** MiB: resident, and the part that is not the program of Node, which replicas of a machine share. */
  readonly resident: number;
  readonly own: number;
  /** Milliseconds of processor time. */
  readonly time: number;
}

function costOf({ process: { pid } }: Replica): Cost {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (field: string) => Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return { resident: mebibytes('VmRSS'), own: mebibytes('RssAnon'), time: (Number(stat[11]) + Number(stat[12])) * 10 };
}

/** Each has other annotations, so that no plan is used twice. */
async function sendReviews({ ask }: Replica, count: number): Promise<void> {
  await inParallel(count, async (i) => {
    const annotations = { 'sidecar.io/git-repo': `https://git.example.com/${i}.git`, 'sidecar.io/topz': 'true' };
    expect(await ask('/mutate?timeout=10s', review(annotations, { namespace: 'default' }))).toBe(200);
  });
}

async function inParallel(count: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const one = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: 8 }, one));
}

/** Costs of a new replica when it is ready, and after 1,000 reviews. */
async function measured(title: string): Promise<{ readonly start: Cost; readonly after: Cost }> {
  replica = await startReplica();
  const start = costOf(replica);
  await sendReviews(replica, 1000);
  const after = costOf(replica);
  replica.process.kill();
  const line = ({ resident, own }: Cost) => `${resident} MiB (${own} of its own)`;
  console.log(
    `${title}: ready after ${Math.round(replica.ready)} ms, ${start.time} of the processor, with ${line(start)};`,
    `after 1,000 reviews ${line(after)}, ${(after.time - start.time) / 1000} ms of the processor each`,
  );
  return { start, after };
}

it('a replica starts small and soon, and stays small', async () => {
  const { start, after } = await measured('An empty cluster');
  expect(start.resident).toBeLessThan(88);
  expect(start.time).toBeLessThan(2500);
  expect(after.resident).toBeLessThan(130);
}, 300_000);

it('with 1,000 templates and 10,000 namespaces too', async () => {
  const store = async (path: string, body: object) =>
    expect((await api({ method: 'POST', path, body })).status).toBe(201);
  const templates = '/apis/sidecar.io/v1alpha1/clustersidecartemplates';
  await inParallel(1000, (i) => store(templates, template(`t${i}`)));
  await inParallel(10_000, (i) => store('/api/v1/namespaces', { metadata: { name: `n${i}` } }));
  const { start, after } = await measured('1,000 templates and 10,000 namespaces');
  expect(start.resident).toBeLessThan(220);
  expect(start.time).toBeLessThan(8000);
  // The chart allows 512; on a busy machine, V8 collects later.
  expect(after.resident).toBeLessThan(400);
}, 900_000);
