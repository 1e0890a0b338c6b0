// A replica with the memory of the chart under load that never repeats: new annotations with each review, and a new
// version of a template each second. `MINUTES=10` for the long run.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startWebhook, type Webhook } from '../../demo/webhook.ts';
import { review } from '../server/running-server.ts';
import { type Charted, registrationFlags, startCharted } from './chart.ts';
import { template } from './cluster-templates.ts';

const minutes = Number(process.env.MINUTES ?? 0.5);
const chart = new URL('../../charts/sidecar-injector/values.yaml', import.meta.url);
const limit = Number(parse(readFileSync(chart, 'utf8')).resources.limits.memory.replace(/Mi$/, ''));

let charted: Charted;
let replica: Webhook;
beforeAll(async () => {
  charted = await startCharted({
    async start(kubeconfig) {
      const flags = (origin: string) => ['--cluster', kubeconfig, ...registrationFlags(origin)];
      replica = await startWebhook(flags, [`--max-old-space-size=${limit / 2}`]);
      return replica;
    },
  });
}, 900_000);
afterAll(() => charted?.stop());

/** Resident, in MiB. */
const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${replica.pid}/status`, 'utf8'))?.[1]) / 1024;

it('memory stays flat and within the limit of the chart', async () => {
  const end = performance.now() + minutes * 60_000;
  const isOver = () => performance.now() > end;
  let reviews = 0;
  const load = async () => {
    while (!isOver()) {
      const number = reviews++;
      const annotations = {
        'sidecar.io/git-repo': `https://git.example.com/${number}.git`,
        'sidecar.io/greeter': 'true',
        [`example.com/run-${number}`]: 'x',
      };
      const { status } = await replica.post(review(annotations, { namespace: 'default' }), '/mutate/unlabelled');
      expect(status).toBe(200);
    }
  };
  let versions = 0;
  const change = async () => {
    const path = '/apis/sidecar.io/v1alpha1/clustersidecartemplates';
    expect((await charted.api({ method: 'POST', path, body: template('greeter') })).status).toBe(201);
    for (; !isOver(); await sleep(1000)) {
      const body = { spec: { summary: `Version ${versions++}.` } };
      const contentType = 'application/merge-patch+json';
      const { status } = await charted.api({ method: 'PATCH', path: `${path}/greeter`, body, contentType });
      expect(status).toBe(200);
    }
  };
  const samples: number[] = [];
  const watch = async () => {
    for (; !isOver(); await sleep(1000)) samples.push(resident());
  };
  await Promise.all([load(), load(), load(), load(), change(), watch()]);

  /** The mean between two moments, in minutes. */
  const mean = (from: number, to: number) => {
    const part = samples.slice((samples.length * from) / minutes, (samples.length * to) / minutes);
    return part.reduce((a, b) => a + b, 0) / part.length;
  };
  const perMinute = Array.from({ length: Math.ceil(minutes) }, (_, i) => Math.round(mean(i, i + 1)));
  console.log(`${reviews} reviews, ${versions} versions; MiB in each minute: ${perMinute.join(', ')} of ${limit}`);
  expect(Math.max(...samples)).toBeLessThan(limit);
  if (minutes >= 5) expect(mean(minutes - 2, minutes)).toBeLessThan(mean(2, 4) * 1.05);
});
