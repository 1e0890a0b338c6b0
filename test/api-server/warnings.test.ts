// Warnings about the pods of a controller, which reads no warnings: they reach the metrics of the injector.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Daemon } from '../cluster/daemon.ts';
import { type Charted, startCharted, startControllers } from './chart.ts';
import { applied, untilAsked } from './setup.ts';

let charted: Charted;
let controllers: Daemon;
beforeAll(async () => {
  charted = await startCharted();
  controllers = await startControllers(charted.cluster);
  await untilAsked(charted.cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(async () => {
  await controllers?.stop();
  await charted?.stop();
});

function metrics(): Promise<string> {
  const url = new URL('/metrics', charted.webhook.url);
  return new Promise((resolve, reject) => {
    const call = request(url, { ca: readFileSync(charted.webhook.ca, 'utf8'), agent: false }, (response) =>
      resolve(text(response)),
    );
    call.on('error', reject).end();
  });
}

it('a Deployment whose pods have a warning is seen by code and sidecar, without the name of a pod', async () => {
  const off = { 'sidecar.io/git': 'false', 'sidecar.io/git-repo': 'https://git.example.com/a.git' };
  const metadata = { labels: { app: 'quiet' }, annotations: off };
  await applied(charted.cluster, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'quiet' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'quiet' } },
      template: { metadata, spec: { containers: [{ name: 'app', image: 'app' }] } },
    },
  });
  const counted = /^sidecar_injector_warnings_total\{code="no-effect",sidecar="git"\} (\d+)$/m;
  await expect
    .poll(async () => Number(counted.exec(await metrics())?.[1] ?? 0), { timeout: 60_000, interval: 500 })
    .toBeGreaterThanOrEqual(3);
  expect(await metrics()).not.toContain('quiet');
});
