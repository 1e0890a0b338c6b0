// Two replicas with the memory of the chart, and tenants who write templates as fast as the API server takes them.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startWebhook, type Webhook } from '../../demo/webhook.ts';
import type { TemplateObject } from '../../src/core/objects.ts';
import { review } from '../server/running-server.ts';
import { type Charted, registrationFlags, release, startCharted } from './chart.ts';
import { template } from './cluster-templates.ts';

/** Namespaces with a template each: `TEMPLATES=2000` for the full number. */
const count = Number(process.env.TEMPLATES ?? 200);
const chart = new URL('../../charts/sidecar-injector/values.yaml', import.meta.url);
const { memory } = parse(readFileSync(chart, 'utf8')).resources.limits;
const limit = Number(memory.replace(/Mi$/, '')) * 2 ** 20;
/** What V8 takes by itself in a container with this limit. */
const heap = [`--max-old-space-size=${limit / 2 ** 21}`];

let charted: Charted;
const replicas: Webhook[] = [];
beforeAll(async () => {
  charted = await startCharted({
    auditPolicy: {
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitStages: ['RequestReceived'],
      rules: [
        {
          level: 'Metadata',
          verbs: ['patch'],
          resources: [{ group: 'sidecar.io', resources: ['sidecartemplates/status'] }],
        },
        { level: 'None' },
      ],
    },
    async start(kubeconfig) {
      const flags = ['--cluster', kubeconfig, '--lease', `${release}/${release}`];
      const registered = (origin: string) => [...flags, ...registrationFlags(origin)];
      replicas.push(...(await Promise.all([startWebhook(registered, heap), startWebhook(flags, heap)])));
      return replicas[0] as Webhook;
    },
  });
}, 900_000);
afterAll(async () => {
  await replicas[1]?.stop();
  await charted?.stop();
});

const names = Array.from({ length: count }, (_, i) => `tenant-${i}`);
const templates = '/apis/sidecar.io/v1alpha1/sidecartemplates';
const own = (name: string) => `/apis/sidecar.io/v1alpha1/namespaces/${name}/sidecartemplates`;

/** Writes to all namespaces, as fast as the API server takes it: the milliseconds that it took. */
async function writeAll(write: (name: string) => Promise<void>): Promise<number> {
  const start = performance.now();
  const rest = [...names];
  const worker = async () => {
    for (let name = rest.pop(); name !== undefined; name = rest.pop()) await write(name);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return performance.now() - start;
}

const write = async (method: 'POST' | 'PATCH', path: string, body: object) => {
  const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const answer = await charted.api({ method, path, body, contentType });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
};

/** Statuses that do not speak of the newest version. */
async function behind(): Promise<number> {
  const { body } = await charted.api({ path: templates });
  const { items } = body as { readonly items: readonly TemplateObject[] }; // the list of that path
  const current = ({ metadata, status }: TemplateObject) =>
    status?.conditions?.[0]?.status === 'True' && status.conditions[0].observedGeneration === metadata.generation;
  return items.filter((item) => !current(item)).length;
}

const patches = () => charted.cluster.auditEvents().length;
const untilWritten = () => expect.poll(behind, { timeout: 300_000, interval: 500 }).toBe(0);
/** The most memory that the processes ever had, in bytes. */
const peaks = () =>
  replicas.map(({ pid }) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024);

describe(`${count} templates of as many tenants`, () => {
  it('are each written about once for each change, while reviews are answered, within the memory of the chart', async () => {
    const latencies: number[] = [];
    let over = false;
    const bystanders = replicas.map(async ({ post }) => {
      while (!over) {
        const { status, milliseconds } = await post(
          review({ 'sidecar.io/topz': 'true' }, { namespace: 'default' }),
          '/mutate/unlabelled',
        );
        expect(status).toBe(200);
        latencies.push(milliseconds);
        await sleep(20);
      }
    });
    const times: number[] = [];
    const writes: number[] = [];
    const round = async (change: (name: string) => Promise<void>) => {
      const before = patches();
      times.push(await writeAll(change));
      await untilWritten();
      // The API server writes its audit log a moment after what it tells of.
      await expect.poll(patches, { timeout: 60_000 }).toBeGreaterThanOrEqual(before + count);
      writes.push(patches() - before);
    };
    try {
      await writeAll((name) => write('POST', '/api/v1/namespaces', { metadata: { name } }));
      await round((name) => write('POST', own(name), template('greeter', {}, name)));
      await round((name) => write('PATCH', `${own(name)}/greeter`, { spec: { summary: 'Says good day.' } }));
    } finally {
      over = true;
    }
    await Promise.all(bystanders);
    latencies.sort((a, b) => a - b);
    const at = (share: number) => Math.round(latencies[Math.floor(latencies.length * share)] ?? 0);
    console.log(
      `${count} created in ${times.map((time) => `${Math.round(time / 100) / 10} s`).join(', changed in ')}; ` +
        `PATCHes ${writes.join(', ')}; ${latencies.length} reviews, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; ` +
        `peak memory ${peaks().map((bytes) => `${Math.round(bytes / 2 ** 20)} MiB`)} of ${memory}`,
    );
    for (const each of writes) {
      expect(each).toBeGreaterThanOrEqual(count);
      expect(each).toBeLessThanOrEqual(count * 1.05 + 5);
    }
    for (const peak of peaks()) expect(peak).toBeLessThan(limit);
    expect(at(0.99)).toBeLessThan(5000);
    let written: number;
    do {
      written = patches();
      await sleep(1000);
    } while (patches() > written);
    await sleep(2000);
    expect(patches(), 'nothing is written when nothing changes').toBe(written);
  });

  it('are written by another replica when the one that writes is gone', async () => {
    const lease = async () => {
      const path = `/apis/coordination.k8s.io/v1/namespaces/${release}/leases/${release}`;
      const { body } = await charted.api({ path });
      return (body as { readonly spec: { readonly holderIdentity: string } }).spec.holderIdentity.split('_')[1];
    };
    const holder = Number(await lease());
    expect(replicas.map(({ pid }) => pid)).toContain(holder);
    const other = replicas.find(({ pid }) => pid !== holder);
    process.kill(holder, 'SIGKILL');
    // The API server calls only one of the two, perhaps the one that ended, until it knows that it need not.
    await charted.cluster.kubectl(['delete', 'validatingwebhookconfiguration', release]);
    const contentType = 'application/merge-patch+json';
    const change = { path: `${own('tenant-0')}/greeter`, body: { spec: { summary: 'Says good night.' } }, contentType };
    await expect
      .poll(async () => (await charted.api({ method: 'PATCH', ...change })).status, { timeout: 120_000, interval: 500 })
      .toBe(200);
    await expect.poll(lease, { timeout: 120_000, interval: 500 }).toBe(String(other?.pid));
    await untilWritten();
  });
});
