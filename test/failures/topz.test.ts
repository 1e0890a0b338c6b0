import { get, type RequestOptions } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { until } from '../e2e/pieces/until.ts';
import { freePorts } from '../ports.ts';
import { type Check, cells } from './cells.ts';
import { serveNames } from './names.ts';
import type { PodOptions } from './pod/pod.ts';
import type { Settings } from './pod/rendered.ts';
import type { Scene } from './scene.ts';

/** A pod with no network shows its processes. */
const withoutNetwork: Check = async (scene) => {
  const { pod, port } = await start(scene, {}, { isolated: true });
  const { output } = await pod.sidecar.exec(['curl', '-sS', '-m', '20', `http://127.0.0.1:${port}/topz?format=json`]);
  const { processes } = JSON.parse(output);
  expect(processes.length).toBeGreaterThan(0);
  expect(pod.log).not.toMatch(/"level":"(warn|error)"/);
  return `without a network, it shows ${processes.length} processes`;
};

cells('topz', ['curl', 'faketime'], {
  'server-away-at-start': withoutNetwork,
  'server-away-later': withoutNetwork,

  'slow-network': async (scene) => {
    const { port } = await start(scene, { period: '250ms' });
    const slow = await Promise.all([1, 2, 3].map(() => stream(port)));
    let slowest = 0;
    for (let times = 0; times < 10; times++) {
      const began = performance.now();
      expect((await ask(port)).status).toBe(200);
      slowest = Math.max(slowest, performance.now() - began);
      await sleep(200);
    }
    for (const each of slow) each.end();
    expect(slowest).toBeLessThan(5000);
    return `beside 3 clients that read nothing, the slowest of 10 answers took ${Math.round(slowest)} ms`;
  },

  killed: async (scene) => {
    const { pod, port } = await start(scene);
    await sleep(Math.random() * 1000);
    await pod.kill();
    await pod.untilHealthy();
    expect((await ask(port)).processes).toBeGreaterThan(0);
    return `${pod.restarts} restart, then it answers`;
  },

  restarted: async (scene) => {
    const { pod, port } = await start(scene);
    const watched = await stream(port, true);
    const began = performance.now();
    expect(await pod.restart()).toBe(0);
    const took = Math.round(performance.now() - began);
    await watched.ended;
    await pod.untilHealthy();
    expect((await ask(port)).status).toBe(200);
    expect(took).toBeLessThan(15_000);
    return `exit code 0 after ${took} ms with a stream open`;
  },

  'disk-full': async (scene) => {
    const { pod, port } = await start(scene, { secret: 'token' }, token('one'));
    const { volumeMounts = [], securityContext } = pod.sidecar.spec;
    expect(volumeMounts.filter(({ readOnly }) => !readOnly)).toEqual([]);
    expect(securityContext.readOnlyRootFilesystem).toBe(true);
    const { output } = await pod.sidecar.exec([
      'sh',
      '-c',
      'echo 1 >/file; find / -xdev -writable ! -type l 2>/dev/null',
    ]);
    expect(output).toMatch(/^\S+ \d+: cannot create \/file: (Permission denied|Read-only file system)\n$/);
    expect((await ask(port, 'one')).status).toBe(200);
    return 'nothing can be written, and it answers';
  },

  'secret-renewed': async (scene) => {
    const { pod, port } = await start(scene, { secret: 'token' }, token('one'));
    const statuses = async () => [(await ask(port, 'one')).status, (await ask(port, 'two')).status];
    expect(await statuses()).toEqual([200, 401]);
    pod.renew('token', { token: 'two' });
    expect(await statuses()).toEqual([401, 200]);
    expect(pod.restarts).toBe(0);
    return 'the new token counts at once, the former one no longer';
  },

  'secret-broken': async (scene) => {
    const { pod, port } = await start(scene, { secret: 'token' }, token('one'));
    pod.renew('token', { token: '' });
    expect([(await ask(port, 'one')).status, (await ask(port, '')).status]).toEqual([401, 401]);
    expect([pod.restarts, await pod.isHealthy()]).toEqual([0, true]);
    await pod.kill();
    await pod.untilLogged('/secret/token is empty or cannot be read');
    pod.renew('token', { token: 'two' });
    await pod.untilHealthy();
    expect((await ask(port, 'two')).status).toBe(200);

    const other = await scene.pod({ port, secret: 'token' }, token(''));
    await other.start(); // the app starts
    await other.untilLogged('/secret/token is empty or cannot be read');
    return 'refused everyone, then ended with a message, and took the next token';
  },

  'dns-changed': async (scene) => {
    const names = await serveNames(scene);
    const { port } = await start(scene, {}, { dns: names.address });
    expect((await ask(port)).processes).toBeGreaterThan(0);
    expect(names.asked).toEqual([]);
    return 'no DNS query';
  },

  'clock-jump': async (scene) => {
    const { pod, port } = await start(scene, { period: '250ms' }, { clock: true });
    const seen: string[] = [];
    for (const seconds of [86_400, -86_400]) {
      const before = await ask(port);
      pod.clock?.jump(seconds);
      const jumped = async () => {
        const now = await ask(port);
        return Math.abs(now.time - before.time) > 80_000_000 ? now : undefined;
      };
      const after = await until('the page has the new time', jumped, { seconds: 90, every: 300 });
      expect(after.interval).toBeLessThan(15);
      for (const cpu of after.cpu) expect(cpu).toBeLessThanOrEqual(400);
      for (const age of after.ages) expect(age).toBeLessThan(600);
      seen.push(`${Math.max(...after.cpu)} % CPU over ${after.interval} s after ${seconds / 3600} h`);
    }
    return seen.join(', ');
  },
});

const token = (text: string): PodOptions => ({ contents: { token: { token: text } } });

async function start(scene: Scene, settings: Settings = {}, options: PodOptions = {}) {
  const [port = ''] = await freePorts(1);
  const pod = await scene.pod({ port, ...settings }, options);
  await pod.start();
  await pod.untilLogged('listening');
  return { pod, port };
}

interface Snapshot {
  readonly time: string;
  readonly interval: number;
  readonly processes: readonly { readonly cpu: number; readonly age: number }[];
}

async function ask(port: string, bearer?: string) {
  const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  const response = await fetch(`http://127.0.0.1:${port}/topz?format=json`, { headers });
  const {
    time,
    interval,
    processes = [],
  } = response.ok ? ((await response.json()) as Snapshot) : ({} as Partial<Snapshot>);
  return {
    ...{ status: response.status, processes: processes.length, time: Date.parse(time ?? ''), interval },
    ...{ cpu: processes.map(({ cpu }) => cpu), ages: processes.map(({ age }) => age) },
  };
}

/** Opens an endless stream; unless `read` is set, nothing of it is read. */
function stream(port: string, read = false) {
  const options: RequestOptions = { host: '127.0.0.1', port, path: '/topz?watch&format=json', agent: false };
  return new Promise<{ readonly ended: Promise<void>; end(): void }>((resolve, reject) => {
    const request = get(options, (response) => {
      const ended = new Promise<void>((done) => response.on('error', () => {}).on('close', done));
      if (read) response.resume();
      resolve({ ended, end: () => request.destroy() });
    });
    request.on('error', reject);
  });
}
