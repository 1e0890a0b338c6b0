import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { until } from '../e2e/pieces/until.ts';
import { freePorts } from '../ports.ts';
import { type Check, cells } from './cells.ts';
import { serveNames } from './names.ts';
import { fillDisk } from './pod/fill.ts';
import type { PodOptions } from './pod/pod.ts';
import { renderPod, type Settings } from './pod/rendered.ts';
import { startRelay } from './relay.ts';
import type { Scene } from './scene.ts';

/** Random, so that it stays large when nginx compresses it. */
const megabyte = randomBytes(750_000).toString('base64');

const withoutNetwork: Check = async (scene) => {
  const { pod, port } = await start(scene, {}, { isolated: true });
  const ask = async () =>
    (await pod.sidecar.exec(['curl', '-sS', '-m', '20', `http://127.0.0.1:${port}/page.txt`])).output;
  await until('it answers', async () => (await ask()) === 'one' || undefined, { seconds: 90, every: 100 });
  return 'without a network, it serves';
};

const withoutSecret: Check = async (scene) => {
  const all = { fallback: 'index.html', 'error-page': '404.html', cors: '*', immutable: 'a', symlinks: 'same-owner' };
  const rendered = renderPod('serve', { ...all, path: '/var/www', cache: '1m', user: '1000', size: '1Gi' }, scene.form);
  expect(JSON.stringify(rendered)).not.toMatch(/secretName|secretKeyRef|secretRef|"secret":/);
  return 'the pod names no Secret';
};

cells('serve', ['nginx', 'curl', 'faketime'], {
  'server-away-at-start': withoutNetwork,
  'server-away-later': withoutNetwork,

  'slow-network': async (scene) => {
    const { pod, port } = await running(scene);
    writeFileSync(pod.path('sidecar-serve', 'big.txt'), megabyte);
    const relay = await startRelay(scene, Number(port), 100_000);
    const slow = Promise.all([1, 2, 3, 4].map(() => ask(relay.port, 'big.txt')));
    let slowest = 0;
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    slow.then(over, over);
    for (let times = 0; times < 10; times++) {
      const began = performance.now();
      expect((await ask(port)).text).toBe('one');
      slowest = Math.max(slowest, performance.now() - began);
      await sleep(100);
    }
    expect(isOver).toBe(false);
    for (const { text } of await slow) expect(text === megabyte).toBe(true);
    return `4 downloads of 1 MB at 100 kB/s were whole; the slowest of 10 others took ${Math.round(slowest)} ms`;
  },

  killed: async (scene) => {
    const { pod, port } = await running(scene);
    await sleep(Math.random() * 500);
    await pod.kill();
    await pod.untilHealthy();
    expect((await ask(port)).text).toBe('one');
    return `${pod.restarts} restart, then it serves`;
  },

  restarted: async (scene) => {
    const { pod, port } = await running(scene, { drain: '5s' });
    writeFileSync(pod.path('sidecar-serve', 'big.txt'), megabyte);
    const relay = await startRelay(scene, Number(port), 250_000);
    const underWay = ask(relay.port, 'big.txt');
    await sleep(500);
    const ended = pod.restart();
    await sleep(1000);
    const meanwhile = await ask(port).then(
      ({ text }) => text,
      () => 'refused',
    );
    expect((await underWay).text === megabyte).toBe(true);
    expect(await ended).toBe(0);
    if (!scene.isNative) expect(meanwhile).toBe('one');
    await pod.untilHealthy();
    expect((await ask(port)).text).toBe('one');
    return `the download was whole; a request after 1 s: ${meanwhile === 'one' ? 'answered' : meanwhile}`;
  },

  'disk-full': async (scene) => {
    let full = '';
    const disk = { sizes: { '-tmp': '64k' } };
    const { pod, port } = await start(scene, {}, disk, (folder) => {
      full = fillDisk(folder);
    });
    await pod.untilLogged('No space left on device');
    rmSync(full);
    await pod.untilHealthy();
    fillDisk(pod.path('-tmp'));
    expect((await ask(port)).text).toBe('one');
    return 'no start until there was room, as the log says; then it served with a full disk';
  },

  'secret-renewed': withoutSecret,
  'secret-broken': withoutSecret,

  'dns-changed': async (scene) => {
    const names = await serveNames(scene);
    const { port } = await running(scene, {}, { dns: names.address });
    expect((await ask(port)).text).toBe('one');
    expect(names.asked).toEqual([]);
    return 'no DNS query';
  },

  'clock-jump': async (scene) => {
    const { pod, port } = await running(scene, { cache: '1m' }, { clock: true });
    const { etag } = await ask(port);
    for (const seconds of [86_400, -86_400]) {
      const before = Date.now();
      pod.clock?.jump(seconds);
      const jumped = async () => {
        const answer = await ask(port, 'page.txt', { 'if-none-match': etag });
        expect(answer.status).toBe(304);
        return Math.abs(answer.date - before - seconds * 1000) < 60_000 || undefined;
      };
      await until('Date has the new time', jumped, { seconds: 90, every: 100 });
    }
    return 'Date followed by a day forth and back, every answer was 304';
  },
});

/** Starts the pod of an app that has written a page. `before` gets the sidecar's own folder before it starts. */
async function start(
  scene: Scene,
  settings: Settings = {},
  options: PodOptions = {},
  before = (_folder: string): unknown => 0,
) {
  const [port = ''] = await freePorts(1);
  const pod = await scene.pod({ path: '/var/www', port, ...settings }, options);
  writeFileSync(pod.path('sidecar-serve', 'page.txt'), 'one');
  before(pod.path('-tmp'));
  await pod.start();
  return { pod, port };
}

async function running(...args: Parameters<typeof start>) {
  const started = await start(...args);
  await started.pod.untilHealthy();
  return started;
}

async function ask(port: string | number, path = 'page.txt', headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${port}/${path}`, { headers: { connection: 'close', ...headers } });
  const date = Date.parse(response.headers.get('date') ?? '');
  return { status: response.status, text: await response.text(), etag: response.headers.get('etag') ?? '', date };
}
