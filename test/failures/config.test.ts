import { readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { until } from '../e2e/pieces/until.ts';
import { freePorts } from '../ports.ts';
import { cells } from './cells.ts';
import { serveNames } from './names.ts';
import { fillDisk } from './pod/fill.ts';
import type { Pod, PodOptions } from './pod/pod.ts';
import type { Scene } from './scene.ts';

cells('config', ['faketime'], {
  'server-away-at-start': async (scene) => {
    const { pod } = await start(scene);
    expect([content(pod, 'page'), content(pod, 'password')]).toEqual(['one', 'secret']);
    await pod.untilHealthy();
    expect(pod.log).not.toMatch(/"level":"warn"/);
    return 'both files were there before the app, and no call was tried';
  },

  'server-away-later': async (scene) => {
    const { pod, port } = await start(scene);
    pod.renew('settings', { page: 'two' });
    await pod.untilLogged(/"why":"connect ECONNREFUSED.*"again":"2s"/);
    const { calls } = await startApp(scene, pod, port);
    await until('it is called', async () => calls.length > 0 || undefined, { seconds: 90, every: 50 });
    await sleep(500);
    expect(calls).toEqual(['two']);
    return 'called once, with the new file in place, when it listened';
  },

  'slow-network': async (scene) => {
    const { pod, port } = await start(scene);
    const { calls } = await startApp(scene, pod, port, 3000);
    pod.renew('settings', { page: 'two' });
    await until('it is called', async () => calls.length === 1 || undefined, { seconds: 90, every: 20 });
    pod.renew('settings', { page: 'three' });
    const began = performance.now();
    await shows(pod, 'three');
    const delay = (performance.now() - began) / 1000;
    await until('it is called again', async () => calls.length === 2 || undefined, { seconds: 90, every: 20 });
    expect(delay).toBeLessThan(30);
    expect(calls).toEqual(['two', 'three']);
    expect(pod.log).not.toMatch(/"level":"warn"/);
    return `with answers that took 3 s, the next change arrived after ${delay.toFixed(1)} s, and both were called for`;
  },

  killed: async (scene) => {
    const { pod, port } = await start(scene);
    const { calls } = await startApp(scene, pod, port);
    for (let round = 1; round <= 3; round++) {
      const text = `${round}`.repeat(300_000);
      pod.renew('settings', { page: text });
      await sleep(Math.random() * 1200);
      await pod.kill();
      expect(content(pod, 'page')).toMatch(/^(one|1{300000}|2{300000}|3{300000})$/);
      await shows(pod, text);
      await until('it is called', async () => calls.includes(text) || undefined, { seconds: 90, every: 20 });
    }
    return `3 kills: every file seen was whole, and the app was called for each of 3 changes (${calls.length} calls)`;
  },

  restarted: async (scene) => {
    const { pod, port } = await start(scene);
    const { calls } = await startApp(scene, pod, port);
    await pod.untilHealthy();
    const before = statSync(pod.path('sidecar-config', 'files/page'));
    expect(await pod.restart()).toBe(0);
    await pod.untilHealthy();
    await sleep(1500);
    const after = statSync(pod.path('sidecar-config', 'files/page'));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    expect(calls).toEqual([]);
    return 'the file is the same one, and nothing was called';
  },

  'disk-full': async (scene) => {
    const { pod } = await start(scene, { sizes: { 'sidecar-config': '256k' } });
    const full = fillDisk(pod.path('sidecar-config'));
    pod.renew('settings', { page: 'two'.repeat(20_000) });
    await pod.untilLogged(/ENOSPC.*could not be brought in step/);
    expect(content(pod, 'page')).toBe('one');
    await pod.kill();
    await pod.untilLogged(/ENOSPC.*\n(.*\n)*.*ENOSPC/);
    expect(content(pod, 'page')).toBe('one');
    rmSync(full);
    await shows(pod, 'two'.repeat(20_000));
    return 'the former file stayed, also over a restart, and the change arrived when there was room';
  },

  'secret-renewed': async (scene) => {
    const { pod } = await start(scene);
    pod.renew('login', { password: 'renewed' });
    const began = performance.now();
    const look = async () => content(pod, 'password') === 'renewed' || undefined;
    await until('it is there', look, { seconds: 90, every: 20 });
    return `the file followed within ${((performance.now() - began) / 1000).toFixed(1)} s`;
  },

  'secret-broken': async (scene) => {
    const { pod } = await start(scene);
    pod.renew('login', { password: 'unreadable' }, 0o000);
    await pod.untilLogged(/EACCES.*could not be brought in step/);
    expect([content(pod, 'page'), content(pod, 'password')]).toEqual(['one', 'secret']);
    expect(await pod.isHealthy()).toBe(true);
    pod.renew('login', { password: 'good' });
    const look = async () => content(pod, 'password') === 'good' || undefined;
    await until('it is there', look, { seconds: 90, every: 20 });
    return 'the former files stayed, the log said EACCES, the next edition arrived';
  },

  'dns-changed': async (scene) => {
    const names = await serveNames(scene);
    const { pod, port } = await start(scene, { dns: names.address });
    const { calls } = await startApp(scene, pod, port);
    pod.renew('settings', { page: 'two' });
    await until('it is called', async () => calls.length > 0 || undefined, { seconds: 90, every: 20 });
    expect(names.asked).toEqual([]);
    return 'called, with no DNS query';
  },

  'clock-jump': async (scene) => {
    const { pod, port } = await start(scene, { clock: true });
    const { calls } = await startApp(scene, pod, port);
    let slowest = 0;
    for (const seconds of [86_400, -86_400]) {
      pod.clock?.jump(seconds);
      const began = performance.now();
      pod.renew('settings', { page: `after ${seconds}` });
      await shows(pod, `after ${seconds}`);
      slowest = Math.max(slowest, performance.now() - began);
    }
    await until('it is called', async () => calls.length === 2 || undefined, { seconds: 90, every: 20 });
    expect(slowest).toBeLessThan(30_000);
    return `after a day forth and back, changes arrived within ${(slowest / 1000).toFixed(1)} s`;
  },
});

/** Starts a pod with a ConfigMap and a Secret; the app would be called at the port, but nobody listens yet. */
async function start(scene: Scene, options: PodOptions = {}) {
  const [port = ''] = await freePorts(1);
  const contents = { settings: { page: 'one' }, login: { password: 'secret' } };
  const settings = { configmaps: 'settings', secrets: 'login', call: `http://localhost:${port}/reload` };
  const pod = await scene.pod(settings, { contents, ...options });
  await pod.start();
  return { pod, port: Number(port) };
}

/** The app notes the page that it finds when it is called, and answers after a while. */
async function startApp(scene: Scene, pod: Pod, port: number, wait = 0) {
  const calls: string[] = [];
  const server = createServer(async (_, response) => {
    calls.push(content(pod, 'page'));
    await sleep(wait);
    response.end();
  });
  await scene.listen(server, port);
  return { calls };
}

const content = (pod: Pod, name: string) => readFileSync(pod.path('sidecar-config', 'files', name), 'utf8');

const shows = (pod: Pod, text: string) =>
  until('the page is there', async () => content(pod, 'page') === text || undefined, { seconds: 90, every: 20 });
