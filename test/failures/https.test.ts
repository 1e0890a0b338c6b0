import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { expect } from 'vitest';
import { createKeys, shopSubject, tlsFiles } from '../catalog/https-scene.ts';
import { until } from '../e2e/pieces/until.ts';
import { freePorts } from '../ports.ts';
import { cells } from './cells.ts';
import { serveNames } from './names.ts';
import { fillDisk } from './pod/fill.ts';
import type { PodOptions } from './pod/pod.ts';
import type { Settings } from './pod/rendered.ts';
import { startRelay } from './relay.ts';
import type { Scene } from './scene.ts';

const keysOnce = createKeys();
const nextOnce = keysOnce.then(async ({ authority }) => tlsFiles(await authority.issue(shopSubject)));
const megabyte = 'x'.repeat(1_000_000);
const refusal = 'The Secret mounted at /tls cannot be used';

cells('https', ['nginx', 'faketime'], {
  'server-away-at-start': async (scene) => {
    const { pod, port, target } = await start(scene);
    await pod.untilHealthy();
    expect((await ask(port)).status).toBe(502);
    await scene.listen(app(), target);
    const seconds = await untilAnswered(port);
    expect(seconds).toBeLessThan(30);
    return `status 502, and 200 ${seconds.toFixed(1)} s after the app listened`;
  },

  'server-away-later': async (scene) => {
    const { pod, port, target } = await start(scene);
    const first = app();
    await scene.listen(first, target);
    await untilAnswered(port);
    first.close();
    first.closeAllConnections();
    const began = performance.now();
    expect((await ask(port)).status).toBe(502);
    const took = performance.now() - began;
    expect(took).toBeLessThan(10_000);
    expect(await pod.isHealthy()).toBe(true);
    await scene.listen(app(), target);
    const seconds = await untilAnswered(port);
    expect(seconds).toBeLessThan(30);
    expect(pod.restarts).toBe(0);
    return `status 502 after ${Math.round(took)} ms, and 200 ${seconds.toFixed(1)} s after the app was back`;
  },

  'slow-network': async (scene) => {
    const { port } = await running(scene);
    const relay = await startRelay(scene, Number(port), 100_000);
    const slow = Promise.all([1, 2, 3, 4].map(() => ask(relay.port, '/big')));
    let slowest = 0;
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    slow.then(over, over);
    for (let times = 0; times < 10; times++) {
      const began = performance.now();
      expect((await ask(port)).status).toBe(200);
      slowest = Math.max(slowest, performance.now() - began);
      await sleep(100);
    }
    expect(isOver).toBe(false);
    for (const { text } of await slow) expect(text === megabyte).toBe(true);
    return `4 answers of 1 MB at 100 kB/s were whole; the slowest of 10 others took ${Math.round(slowest)} ms`;
  },

  killed: async (scene) => {
    const { pod, port } = await running(scene);
    const { serial } = await ask(port);
    const underWay = ask(port, '/slow').catch(() => 'cut');
    await sleep(Math.random() * 1000);
    await pod.kill();
    await underWay;
    await pod.untilHealthy();
    expect(await ask(port)).toMatchObject({ status: 200, serial });
    return `${pod.restarts} restart, then it serves the same certificate`;
  },

  restarted: async (scene) => {
    const { pod, port } = await running(scene, { drain: '5s' });
    const underWay = ask(port, '/slow');
    await sleep(300);
    const ended = pod.restart();
    await sleep(700);
    const meanwhile = await ask(port).then(
      ({ status }) => status,
      () => 'refused',
    );
    expect(await underWay).toMatchObject({ status: 200, text: 'slow' });
    expect(await ended).toBe(0);
    if (!scene.isNative) expect(meanwhile).toBe(200);
    await pod.untilHealthy();
    expect((await ask(port)).status).toBe(200);
    return `the request that was under way was answered; one after 1 s: ${meanwhile}`;
  },

  'disk-full': async (scene) => {
    const { pod, port, target } = await start(scene, {}, { sizes: { 'sidecar-https': '64k' } }, false);
    await scene.listen(app(), target);
    const full = fillDisk(pod.path('sidecar-https'));
    const starting = pod.start();
    await pod.untilLogged('No space left on device');
    rmSync(full);
    await starting;
    await pod.untilHealthy();
    const { serial } = await ask(port);
    fillDisk(pod.path('sidecar-https'));
    expect((await ask(port, '/big', megabyte)).text === megabyte).toBe(true);
    pod.renew('web', await nextOnce);
    await untilOther(port, serial);
    return 'no start until there was room; then a megabyte passed in both directions, and a renewed certificate was used';
  },

  'secret-renewed': async (scene) => {
    const { pod, port } = await running(scene);
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    const { serial } = await ask(port, '/', '', kept);
    const began = performance.now();
    pod.renew('web', await nextOnce);
    await untilOther(port, serial);
    const seconds = (performance.now() - began) / 1000;
    expect(await ask(port, '/', '', kept)).toMatchObject({ status: 200, serial });
    kept.destroy();
    expect(seconds).toBeLessThan(40);
    expect(pod.restarts).toBe(0);
    return `used after ${seconds.toFixed(1)} s, and the open connection stayed`;
  },

  'secret-broken': async (scene) => {
    const { pod, port } = await running(scene);
    const { serial } = await ask(port);
    const next = await nextOnce;
    const broken = { ...next, 'tls.key': tlsFiles((await keysOnce).server)['tls.key'] };
    pod.renew('web', broken);
    await pod.untilLogged(refusal);
    expect(await ask(port)).toMatchObject({ status: 200, serial });
    await pod.kill();
    await pod.untilHealthy();
    expect(await ask(port)).toMatchObject({ status: 200, serial });
    pod.renew('web', next);
    await untilOther(port, serial);

    const fresh = await start(scene, {}, { contents: { web: broken } }, false);
    let started = false;
    const starting = fresh.pod.start().then(() => {
      started = true;
    });
    await fresh.pod.untilLogged(refusal);
    await sleep(1500);
    expect(started).toBe(!scene.isNative);
    expect(await fresh.pod.isHealthy()).toBe(false);
    fresh.pod.renew('web', next);
    await starting;
    await fresh.pod.untilHealthy();
    return 'refused and logged, the last good one served before and after a kill; a first start waited for a good one';
  },

  'dns-changed': async (scene) => {
    const names = await serveNames(scene);
    const { port } = await running(scene, {}, { dns: names.address });
    expect((await ask(port)).status).toBe(200);
    expect(names.asked).toEqual([]);
    return 'no DNS query';
  },

  'clock-jump': async (scene) => {
    const { pod, port } = await running(scene, {}, { clock: true });
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    const { serial } = await ask(port, '/', '', kept);
    for (const seconds of [86_400, -86_400]) {
      pod.clock?.jump(seconds);
      await sleep(500);
      expect(await ask(port, '/', '', kept)).toMatchObject({ status: 200, serial });
      expect(await ask(port)).toMatchObject({ status: 200, serial });
    }
    pod.renew('web', await nextOnce);
    await untilOther(port, serial);
    kept.destroy();
    return 'after a day forth and back, the open connection stayed, new ones and a renewed certificate worked';
  },
});

/** A pod whose app would listen at the port `target`, where nobody listens yet. */
async function start(scene: Scene, settings: Settings = {}, options: PodOptions = {}, now = true) {
  const [port = '', target = ''] = await freePorts(2);
  const contents = { web: tlsFiles((await keysOnce).server) };
  const pod = await scene.pod({ secret: 'web', target, port, ...settings }, { contents, ...options });
  if (now) await pod.start();
  return { pod, port, target: Number(target) };
}

async function running(scene: Scene, settings?: Settings, options?: PodOptions) {
  const started = await start(scene, settings, options);
  await scene.listen(app(), started.target);
  await started.pod.untilHealthy();
  return started;
}

function app(): Server {
  return createServer((incoming, response) => {
    if (incoming.url === '/slow') setTimeout(() => response.end('slow'), 1500);
    else incoming.resume().on('end', () => response.end(incoming.url === '/big' ? megabyte : 'hello'));
  });
}

/** Asks over a new connection, or that of an agent; gives the serial number of the certificate too. */
async function ask(port: number | string, path = '/', body = '', agent: Agent | false = false) {
  const { authority } = await keysOnce;
  const options = { host: '127.0.0.1', port, path, method: 'POST', servername: 'shop.example.com', agent };
  return new Promise<{ status: number; text: string; serial: string }>((resolve, reject) => {
    const outgoing = request({ ...options, ca: authority.certificatePem }, (response) => {
      const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate();
      let text = '';
      response
        .on('error', reject)
        .setEncoding('utf8')
        .on('data', (part: string) => {
          text += part;
        });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, serial: serialNumber }));
    });
    outgoing.on('error', reject).end(body);
  });
}

/** The seconds until a request reaches the app. */
async function untilAnswered(port: string): Promise<number> {
  const began = performance.now();
  const look = async () => (await ask(port)).status === 200 || undefined;
  await until('the app is reached', look, { seconds: 90, every: 50 });
  return (performance.now() - began) / 1000;
}

const untilOther = (port: string, serial: string) =>
  until('the new certificate is used', async () => (await ask(port)).serial !== serial || undefined, {
    ...{ seconds: 90, every: 100 },
  });
