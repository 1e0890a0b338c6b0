import { createServer as createWeb, type Server } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { freePorts } from '../ports.ts';
import { cells } from './cells.ts';
import { loopbackAddress, serveNames } from './names.ts';
import type { PodOptions } from './pod/pod.ts';
import type { Scene } from './scene.ts';

cells('metrics', ['faketime', 'prometheus-redis-exporter'], {
  'server-away-at-start': async (scene) => {
    const { pod, scrape, target } = await start(scene);
    await pod.untilHealthy();
    expect(await scrape()).toEqual({ json_up: 0 });
    await scene.listen(app(7), target);
    expect(await scrape()).toMatchObject({ json_up: 1, visits: 7 });
    return 'json_up was 0, and 1 at the first scrape after the app was there';
  },

  'server-away-later': async (scene) => {
    const { pod, scrape, target } = await start(scene);
    const first = app(7);
    await scene.listen(first, target);
    expect(await scrape()).toMatchObject({ json_up: 1, visits: 7 });
    first.close();
    first.closeAllConnections();
    expect(await scrape()).toEqual({ json_up: 0 });
    expect(await pod.isHealthy()).toBe(true);
    await scene.listen(app(8), target);
    expect(await scrape()).toMatchObject({ json_up: 1, visits: 8 });
    expect(pod.restarts).toBe(0);
    return 'json_up was 1, 0 while the app was away, and 1 again, with no restart';
  },

  'slow-network': async (scene) => {
    const { pod, scrape, target } = await start(scene);
    let wait = 2000;
    await scene.listen(
      app(7, () => wait),
      target,
    );
    expect(await scrape()).toMatchObject({ json_up: 1 });
    wait = 20_000;
    const began = performance.now();
    let isOver = false;
    const late = scrape().finally(() => {
      isOver = true;
    });
    await sleep(500);
    expect(await pod.isHealthy()).toBe(true);
    expect(isOver).toBe(false);
    expect(await late).toEqual({ json_up: 0 });
    const took = (performance.now() - began) / 1000;
    expect(took).toBeGreaterThan(4.9);
    expect(took).toBeLessThan(15);
    return `an answer after 2 s counted; one that did not come was given up after ${took.toFixed(1)} s`;
  },

  killed: async (scene) => {
    const { pod, scrape, target } = await start(scene);
    await scene.listen(
      app(7, () => 300),
      target,
    );
    const underWay = scrape().catch(() => 'cut');
    await sleep(Math.random() * 500);
    await pod.kill();
    await underWay;
    await pod.untilHealthy();
    expect(await scrape()).toMatchObject({ json_up: 1, visits: 7 });
    return `${pod.restarts} restart, then it has the values`;
  },

  restarted: async (scene) => {
    const { pod, scrape, target } = await start(scene);
    await scene.listen(app(7), target);
    const began = performance.now();
    expect(await pod.restart()).toBe(0);
    const took = performance.now() - began;
    expect(took).toBeLessThan(15_000);
    await pod.untilHealthy();
    expect(await scrape()).toMatchObject({ json_up: 1, visits: 7 });
    return `exit code 0 after ${Math.round(took)} ms`;
  },

  'disk-full': async (scene) => {
    const { pod, scrape, target } = await start(scene);
    const { volumeMounts = [], securityContext } = pod.sidecar.spec;
    expect(volumeMounts.filter(({ readOnly }) => !readOnly)).toEqual([]);
    expect(securityContext.readOnlyRootFilesystem).toBe(true);
    await scene.listen(app(7), target);
    expect(await scrape()).toMatchObject({ json_up: 1 });
    return 'no mount can be written to, and it has the values';
  },

  'secret-renewed': async (scene) => {
    const redis = await startRedis(scene, 'one');
    const { pod, scrape } = await startRedisExporter(scene, redis.port, 'one');
    expect(await scrape()).toMatchObject({ redis_up: 1 });
    redis.setPassword('two');
    pod.renew('database', { password: 'two' });
    await sleep(1000);
    expect(await scrape()).toMatchObject({ redis_up: 0 });
    await pod.restart();
    await pod.untilHealthy();
    expect(await scrape()).toMatchObject({ redis_up: 1 });
    return 'redis_up was 0 with the former password, and 1 after a restart';
  },

  'secret-broken': async (scene) => {
    const redis = await startRedis(scene, 'one');
    const { pod, scrape } = await startRedisExporter(scene, redis.port, 'wrong');
    expect(await scrape()).toMatchObject({ redis_up: 0 });
    expect([await pod.isHealthy(), pod.restarts]).toEqual([true, 0]);
    return 'redis_up was 0, the probe passed, with no restart';
  },

  'dns-changed': async (scene) => {
    const names = await serveNames(scene);
    const { scrape, target } = await start(scene, { dns: names.address }, 'app.example.com');
    for (const visits of [1, 2]) {
      const address = loopbackAddress();
      await scene.listen(app(visits), target, address);
      names.set('app.example.com', address);
      expect(await scrape()).toMatchObject({ json_up: 1, visits });
    }
    return 'the scrape after the change had the value of the new address';
  },

  'clock-jump': async (scene) => {
    const { pod, scrape, target } = await start(scene, { clock: true });
    let wait = 0;
    await scene.listen(
      app(7, () => wait),
      target,
    );
    for (const seconds of [86_400, -86_400]) {
      wait = 1000;
      const underWay = scrape();
      await sleep(300);
      pod.clock?.jump(seconds);
      expect(await underWay).toMatchObject({ json_up: 1, visits: 7 });
      wait = 0;
      expect(await scrape()).toMatchObject({ json_up: 1, visits: 7 });
    }
    return 'scrapes during and after a day forth and back all had the value';
  },
});

/** Starts the exporter for an app that serves JSON at the port `target`, where nobody listens yet. */
async function start(scene: Scene, options: PodOptions = {}, host = '127.0.0.1') {
  const [port = '', target = ''] = await freePorts(2);
  const settings = { for: 'json', target: `http://${host}:${target}/stats`, values: 'visits=visits', port };
  const pod = await scene.pod(settings, options);
  await pod.start();
  await pod.untilHealthy();
  return { pod, target: Number(target), scrape: () => scrapeAt(port) };
}

function app(visits: number, wait = () => 0): Server {
  return createWeb((_, response) => {
    const timer = setTimeout(() => response.end(JSON.stringify({ visits })), wait());
    response.on('close', () => clearTimeout(timer));
  });
}

/** The samples without labels that an exporter gives, but not those about itself. */
async function scrapeAt(port: string): Promise<Record<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' } })).text();
  return Object.fromEntries(
    [...text.matchAll(/^(json_up|visits|redis_up) (\S+)$/gm)].map(([, name = '', value]) => [name, Number(value)]),
  );
}

async function startRedisExporter(scene: Scene, redis: number, password: string) {
  const [port = ''] = await freePorts(1);
  const settings = { for: 'redis', target: `redis://127.0.0.1:${redis}`, secret: 'database', port };
  const pod = await scene.pod(settings, { contents: { database: { password } } });
  await pod.start();
  await pod.untilHealthy();
  return { pod, scrape: () => scrapeAt(port) };
}

/** As much of Redis as its exporter needs: AUTH, and INFO for who has the password. */
async function startRedis(scene: Scene, first: string) {
  let password = first;
  const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;
  const server = createServer((socket) => {
    let allowed = false;
    socket
      .on('error', () => {})
      .on('data', (data) => {
        const words = String(data)
          .split('\r\n')
          .filter((word) => word !== '' && !/^[*$]/.test(word));
        const command = words[0]?.toUpperCase();
        if (command === 'AUTH') allowed = words.at(-1) === password;
        if (command === 'AUTH') socket.write(allowed ? '+OK\r\n' : '-WRONGPASS invalid password\r\n');
        else if (!allowed) socket.write('-NOAUTH Authentication required.\r\n');
        else
          socket.write(
            command === 'INFO' ? bulk('# Server\r\nredis_version:7.4.0\r\nuptime_in_seconds:1\r\n') : '*0\r\n',
          );
      });
  });
  const port = await scene.listen(server);
  return {
    port,
    setPassword(next: string) {
      password = next;
    },
  };
}
