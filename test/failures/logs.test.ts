import { appendFileSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { until } from '../e2e/pieces/until.ts';
import { freePorts } from '../ports.ts';
import { cells } from './cells.ts';
import { loopbackAddress, serveNames } from './names.ts';
import { fillDisk } from './pod/fill.ts';
import type { Pod, PodOptions } from './pod/pod.ts';
import type { Settings } from './pod/rendered.ts';
import { startRelay } from './relay.ts';
import type { Scene } from './scene.ts';

/** The lines of a batch at most. */
const batch = 1000;

cells('logs', ['faketime'], {
  'server-away-at-start': async (scene) => {
    const { pod, port } = await start(scene);
    write(pod, 1, 500);
    await pod.untilLogged('the receiver does not take lines');
    write(pod, 501, 1000);
    const receiver = await startReceiver(scene, { port });
    await receiver.until(1000);
    expect(receiver.census()).toEqual({ lost: 0, repeated: 0 });
    return '1,000 lines, 0 lost, 0 repeated';
  },

  'server-away-later': async (scene) => {
    const { pod, port } = await start(scene);
    const receiver = await startReceiver(scene, { port });
    write(pod, 1, 500);
    await receiver.until(500);
    await receiver.goAway();
    write(pod, 501, 1000);
    await pod.untilLogged('the receiver does not take lines');
    await sleep(1000);
    write(pod, 1001, 1500);
    await receiver.comeBack();
    await receiver.until(1500);
    await pod.untilLogged('the receiver takes lines again');
    expect(pod.log.match(/the receiver does not take lines/g)).toHaveLength(1);
    expect(receiver.census()).toEqual({ lost: 0, repeated: 0 });
    return '1,500 lines, 0 lost, 0 repeated; the log said both once';
  },

  'slow-network': async (scene) => {
    const receiver = await startReceiver(scene);
    const relay = await startRelay(scene, receiver.port, 100_000);
    const { pod } = await start(scene, { url: `http://127.0.0.1:${relay.port}/in` });
    write(pod, 1, 5000);
    const began = performance.now();
    await receiver.until(5000);
    expect(receiver.census()).toEqual({ lost: 0, repeated: 0 });
    return `5,000 lines at 100 kB/s took ${((performance.now() - began) / 1000).toFixed(1)} s, 0 lost, 0 repeated`;
  },

  killed: async (scene) => {
    const { pod, port } = await start(scene);
    const receiver = await startReceiver(scene, { port });
    const kills = 3;
    for (let round = 0; round < kills; round++) {
      write(pod, round * 2000 + 1, round * 2000 + 2000);
      await sleep(Math.random() * 800);
      await pod.kill();
      await pod.untilHealthy();
    }
    await receiver.until(kills * 2000);
    await sleep(1000);
    const { lost, repeated } = receiver.census();
    expect(lost).toBe(0);
    expect(repeated).toBeLessThanOrEqual(kills * batch);
    return `6,000 lines, 3 kills: 0 lost, ${repeated} repeated`;
  },

  restarted: async (scene) => {
    const { pod, port } = await start(scene, { linger: '1s' });
    await pod.untilStarted('"following"', 1);
    const receiver = await startReceiver(scene, { port });
    for (let round = 0; round < 3; round++) {
      write(pod, round * 1000 + 1, round * 1000 + 500);
      const ended = pod.restart();
      write(pod, round * 1000 + 501, round * 1000 + 1000);
      expect(await ended).toBe(0);
      await pod.untilStarted('"following"', round + 2);
    }
    await receiver.until(3000);
    await sleep(1000);
    expect(receiver.census()).toEqual({ lost: 0, repeated: 0 });
    return '3,000 lines, 3 restarts: 0 lost, 0 repeated';
  },

  'disk-full': async (scene) => {
    const { pod, port } = await start(scene, {}, { sizes: { '-state': '64k' } });
    const receiver = await startReceiver(scene, { port });
    write(pod, 1, 500);
    await receiver.until(500);
    await untilNoted(pod);
    const full = fillDisk(pod.path('-state'));
    write(pod, 501, 1000);
    await receiver.until(1000);
    await pod.untilLogged('what the receiver has cannot be noted');
    expect(receiver.census()).toEqual({ lost: 0, repeated: 0 });
    await pod.kill();
    await receiver.untilRepeated(500);
    rmSync(full);
    write(pod, 1001, 1500);
    await receiver.until(1500);
    await sleep(1000);
    expect(receiver.census()).toEqual({ lost: 0, repeated: 500 });
    return '1,500 lines, 0 lost; a kill with a full disk repeated the 500 since the last note';
  },

  'secret-renewed': async (scene) => {
    const receiver = await startReceiver(scene, { token: 'one' });
    const { pod } = await start(scene, { url: receiver.url, secret: 'login' }, login({ token: 'one' }));
    write(pod, 1, 500);
    await receiver.until(500);
    receiver.setToken('two');
    pod.renew('login', { token: 'two' });
    write(pod, 501, 1000);
    await receiver.until(1000);
    expect([receiver.census(), receiver.refused, pod.restarts]).toEqual([{ lost: 0, repeated: 0 }, 0, 0]);
    return '1,000 lines, 0 lost, 0 repeated, no request was refused';
  },

  'secret-broken': async (scene) => {
    const receiver = await startReceiver(scene, { token: 'one' });
    const { pod } = await start(scene, { url: receiver.url, secret: 'login' }, login({ username: 'no password' }));
    write(pod, 1, 500);
    await pod.untilLogged('the Secret has neither authorization, nor token, nor username and password');
    pod.renew('login', { token: 'wrong' });
    await until('it is refused', async () => receiver.refused > 0 || undefined, { seconds: 90, every: 50 });
    expect(await pod.isHealthy()).toBe(true);
    pod.renew('login', { token: 'one' });
    await receiver.until(500);
    expect([receiver.census(), pod.restarts]).toEqual([{ lost: 0, repeated: 0 }, 0]);
    return '500 lines waited for a Secret without a token and for a wrong one; 0 lost, 0 repeated';
  },

  'dns-changed': async (scene) => {
    const names = await serveNames(scene);
    const [first, second] = [loopbackAddress(), loopbackAddress()];
    const former = await startReceiver(scene, { address: first });
    const next = await startReceiver(scene, { address: second, port: former.port });
    names.set('logs.example.com', first);
    const url = `http://logs.example.com:${former.port}/in`;
    const { pod } = await start(scene, { url }, { dns: names.address });
    write(pod, 1, 500);
    await former.until(500);
    names.set('logs.example.com', second);
    write(pod, 501, 600);
    await former.until(600);
    await former.goAway();
    write(pod, 601, 1000);
    await next.until(1000, 601);
    expect(next.census(601)).toEqual({ lost: 0, repeated: 0 });
    return '600 lines at the former address, 400 at the new one, 0 lost, 0 repeated';
  },

  'clock-jump': async (scene) => {
    const { pod, port } = await start(scene, { format: 'json' }, { clock: true });
    const receiver = await startReceiver(scene, { port });
    let slowest = 0;
    for (const [round, seconds] of [0, 86_400, -86_400].entries()) {
      pod.clock?.jump(seconds);
      const began = performance.now();
      write(pod, round * 500 + 1, round * 500 + 500);
      await receiver.until(round * 500 + 500);
      slowest = Math.max(slowest, performance.now() - began);
      const time = Date.parse(/"time":"([^"]+)"/.exec(receiver.lines.at(-1) ?? '')?.[1] ?? '');
      expect(Math.abs(time - Date.now() - seconds * 1000)).toBeLessThan(60_000);
    }
    expect(receiver.census()).toEqual({ lost: 0, repeated: 0 });
    expect(slowest).toBeLessThan(30_000);
    return `1,500 lines, 0 lost, 0 repeated, all within ${(slowest / 1000).toFixed(1)} s, with the time of the clock`;
  },
});

const login = (files: Readonly<Record<string, string>>): PodOptions => ({ contents: { login: files } });

/** A pod whose lines go to the port, where nobody listens yet. */
async function start(scene: Scene, settings: Settings = {}, options: PodOptions = {}) {
  const [port = ''] = await freePorts(1);
  const receiver = { to: 'http', url: `http://127.0.0.1:${port}/in`, format: 'text' };
  const files = { files: '/var/log/app/*.log', interval: '200ms' };
  const pod = await scene.pod({ ...files, ...receiver, ...settings }, options);
  await pod.start();
  return { pod, port: Number(port) };
}

/** The app writes numbered lines. */
function write(pod: Pod, from: number, to: number): void {
  let text = '';
  for (let n = from; n <= to; n++) text += `line ${n} of a length that lines of logs have in most of the files\n`;
  appendFileSync(pod.path('sidecar-logs', 'app.log'), text);
}

/** Until it is noted that the receiver has all that the app has written. */
function untilNoted(pod: Pod): Promise<true> {
  const look = async () => {
    const marks = JSON.parse(readFileSync(pod.path('-state', 'positions.json'), 'utf8'));
    const { size } = statSync(pod.path('sidecar-logs', 'app.log'));
    return marks.some(({ position }: { position: number }) => position === size) || undefined;
  };
  return until('the place in the file is noted', look, { seconds: 90, every: 20 });
}

interface ReceiverOptions {
  readonly port?: number;
  readonly address?: string;
  readonly token?: string;
}

/** Counts the lines that it takes; with a token, only from who sends that. */
async function startReceiver(scene: Scene, { port = 0, address = '127.0.0.1', token }: ReceiverOptions = {}) {
  const lines: string[] = [];
  const times = new Map<number, number>();
  let [wanted, refused] = [token, 0];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    if (wanted !== undefined && request.headers.authorization !== `Bearer ${wanted}`) {
      refused++;
      return response.writeHead(401).end();
    }
    for (const line of body.split('\n').filter((each) => each !== '')) {
      const number = Number(/line (\d+) /.exec(line)?.[1]);
      times.set(number, (times.get(number) ?? 0) + 1);
      lines.push(line);
    }
    return response.end();
  });
  const own = await scene.listen(server, port, address);
  const repeated = () => [...times.values()].reduce((sum, count) => sum + count - 1, 0);
  const wait = (what: string, look: () => boolean) =>
    until(what, async () => look() || undefined, { seconds: 90, every: 50 });
  return {
    port: own,
    url: `http://127.0.0.1:${own}/in`,
    lines,
    get refused() {
      return refused;
    },
    setToken(next: string) {
      wanted = next;
    },
    /** Until every line up to this one has arrived. */
    until: (to: number, from = 1) => wait(`line ${to} is there`, () => count(times, from, to) === to - from + 1),
    untilRepeated: (number: number) => wait(`${number} lines are repeated`, () => repeated() >= number),
    /** Of the lines up to the last one that arrived. */
    census(from = 1) {
      const last = Math.max(...times.keys());
      return { lost: last - from + 1 - count(times, from, last), repeated: repeated() };
    },
    goAway() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
    comeBack: () => scene.listen(server, own, address),
  };
}

function count(times: ReadonlyMap<number, number>, from: number, to: number): number {
  return [...times.keys()].filter((number) => number >= from && number <= to).length;
}
