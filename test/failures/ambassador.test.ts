import { X509Certificate } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createSecureServer } from 'node:tls';
import { expect } from 'vitest';
import { createAuthority } from '../cluster/certificates.ts';
import { until } from '../e2e/pieces/until.ts';
import { freePorts } from '../ports.ts';
import { cells } from './cells.ts';
import { loopbackAddress, serveNames } from './names.ts';
import { fillDisk } from './pod/fill.ts';
import type { PodOptions } from './pod/pod.ts';
import type { Settings } from './pod/rendered.ts';
import { startRelay } from './relay.ts';
import type { Scene } from './scene.ts';

const name = 'db.example.com';
const big = 'x'.repeat(500_000);

cells('ambassador', ['haproxy', 'faketime'], {
  'server-away-at-start': async (scene) => {
    const { port, target } = await start(scene);
    expect(await hear(port)).toBe('');
    await scene.listen(saying('here'), target);
    const seconds = await untilHeard(port, 'here');
    expect(seconds).toBeLessThan(30);
    return `closed while it was away, reached ${seconds.toFixed(1)} s after it was there`;
  },

  'server-away-later': async (scene) => {
    const { pod, port, target } = await start(scene);
    const first = saying('here');
    await scene.listen(first, target);
    await untilHeard(port, 'here');
    first.close();
    expect(await hear(port)).toBe('');
    expect(await pod.isHealthy()).toBe(true);
    await scene.listen(saying('back'), target);
    const seconds = await untilHeard(port, 'back');
    expect(seconds).toBeLessThan(30);
    expect(pod.restarts).toBe(0);
    return `closed while it was away, reached ${seconds.toFixed(1)} s after it was back`;
  },

  'slow-network': async (scene) => {
    const server = createServer((socket) => {
      socket.on('error', () => {}).on('data', (data) => socket.end(String(data) === 'big' ? big : 'small'));
    });
    const relay = await startRelay(scene, await scene.listen(server), 50_000);
    const { port } = await start(scene, { target: `127.0.0.1:${relay.port}` });
    const slow = Promise.all([1, 2, 3, 4].map(() => hear(port, 'big')));
    let slowest = 0;
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    slow.then(over, over);
    for (let times = 0; times < 10; times++) {
      const began = performance.now();
      expect(await hear(port, 'small')).toBe('small');
      slowest = Math.max(slowest, performance.now() - began);
      await sleep(50);
    }
    expect(isOver).toBe(false);
    for (const text of await slow) expect(text === big).toBe(true);
    return `4 answers of 500 kB at 50 kB/s were whole; the slowest of 10 others took ${Math.round(slowest)} ms`;
  },

  killed: async (scene) => {
    const { pod, port, target } = await start(scene);
    await scene.listen(echoing(), target);
    const open = await opened(port);
    await sleep(Math.random() * 500);
    await pod.kill();
    await until('the connection is closed', async () => open.closed || undefined, { seconds: 90, every: 20 });
    const began = performance.now();
    await untilEcho(port);
    return `the connection broke; a new one was possible after ${((performance.now() - began) / 1000).toFixed(1)} s`;
  },

  restarted: async (scene) => {
    const { pod, port, target } = await start(scene, { drain: '5s' });
    await scene.listen(echoing(), target);
    await untilEcho(port);
    const open = await opened(port);
    const ended = pod.restart();
    await sleep(700);
    expect(await open.echo('still')).toBe('still');
    const meanwhile = await hear(port, 'x').then((text) => (text === 'x' ? 'accepted' : 'refused'));
    open.end();
    expect(await ended).toBe(0);
    if (!scene.isNative) expect(meanwhile).toBe('accepted');
    await untilEcho(port);

    const tls = await startTls(scene);
    const withSecret = await start(scene, { drain: '1s', ...tls.settings }, tls.options);
    await untilEcho(withSecret.port);
    const longer = await opened(withSecret.port);
    const later = withSecret.pod.restart();
    await sleep(13_000);
    expect(await longer.echo('still')).toBe('still');
    longer.end();
    expect(await later).toBe(0);
    return `a new connection after 0.7 s was ${meanwhile}, and after the start accepted; with a Secret an open one stayed 13 s`;
  },

  'disk-full': async (scene) => {
    const { pod, port, target } = await start(scene, {}, { sizes: { 'sidecar-ambassador': '64k' } }, false);
    fillDisk(pod.path('sidecar-ambassador'));
    await pod.start();
    await scene.listen(saying('here'), target);
    await untilHeard(port, 'here');
    await pod.kill();
    await untilHeard(port, 'here');
    return 'it started, connected, and did so again after a kill';
  },

  'secret-renewed': async (scene) => {
    const tls = await startTls(scene);
    const { pod, port } = await start(scene, { drain: '1s', ...tls.settings }, tls.options);
    await untilEcho(port);
    const open = await opened(port);
    const began = performance.now();
    await tls.renewServer();
    const next = await tls.renewed();
    pod.renew('ca', next.ca);
    await untilEcho(port);
    const seconds = (performance.now() - began) / 1000;
    pod.renew('client', next.client);
    const isShown = async () => (await tls.serial(port)) === next.serial || undefined;
    await until('the client certificate is shown', isShown, { seconds: 90, every: 100 });
    expect(seconds).toBeLessThan(90);
    expect([await open.echo('still'), pod.restarts]).toEqual(['still', 0]);
    return `the CA was used after ${seconds.toFixed(1)} s, then the client certificate; the open connection stayed`;
  },

  'secret-broken': async (scene) => {
    const tls = await startTls(scene);
    const { pod, port } = await start(scene, tls.settings, tls.options);
    await untilEcho(port);
    const good = tls.options.contents.ca;
    pod.renew('ca', { 'ca.crt': 'broken' });
    await pod.untilLogged('The Secrets cannot be used, see above. The former ones stay in use.');
    await untilEcho(port);
    await pod.kill();
    await untilEcho(port);

    const contents = { ...tls.options.contents, ca: { 'ca.crt': 'broken' } };
    const fresh = await start(scene, tls.settings, { ...tls.options, contents }, false);
    let started = false;
    const starting = fresh.pod.start().then(() => {
      started = true;
    });
    await fresh.pod.untilLogged('The Secrets cannot be used, see above.');
    await sleep(1000);
    expect(started).toBe(!scene.isNative);
    fresh.pod.renew('ca', good);
    await starting;
    await untilEcho(fresh.port);
    expect(fresh.pod.restarts).toBe(0);
    return 'refused and logged, the former one served before and after a kill; a first start waited for a good one';
  },

  'dns-changed': async (scene) => {
    const names = await serveNames(scene);
    const [number = ''] = await freePorts(1);
    const [first, second] = [loopbackAddress(), loopbackAddress()];
    names.set(name, first);
    await scene.listen(echoing('first '), Number(number), first);
    await scene.listen(echoing('second '), Number(number), second);
    const { port } = await start(scene, { target: `${name}:${number}` }, { dns: names.address });
    const untilFrom = (text: string) =>
      until(`it is ${text}`, async () => (await hear(port, 'x')) === `${text} x` || undefined, {
        seconds: 90,
        every: 100,
      });
    await untilFrom('first');
    const open = await opened(port);
    names.set(name, second);
    const began = performance.now();
    await untilFrom('second');
    const seconds = (performance.now() - began) / 1000;
    expect(await open.echo('y')).toBe('first y');
    names.goAway();
    await sleep(6000);
    expect(await hear(port, 'x')).toBe('second x');
    expect(seconds).toBeLessThan(40);
    return `the new address after ${seconds.toFixed(1)} s; the open connection stayed; without DNS it went on`;
  },

  'clock-jump': async (scene) => {
    const tls = await startTls(scene);
    const { pod, port } = await start(scene, tls.settings, { ...tls.options, clock: true });
    await untilEcho(port);
    const open = await opened(port);
    for (const seconds of [3600, 0]) {
      pod.clock?.jump(seconds);
      await sleep(500);
      expect(await open.echo('still')).toBe('still');
      await untilEcho(port);
    }
    await tls.renewServer();
    pod.renew('ca', (await tls.renewed()).ca);
    await untilEcho(port);
    expect(await open.echo('still')).toBe('still');
    return 'after an hour forth and back, the open connection stayed, new ones and a renewed CA worked';
  },
});

/** A pod whose target is the port `target` of this machine, where nobody listens yet. */
async function start(scene: Scene, settings: Settings = {}, options: PodOptions = {}, now = true) {
  const [port = '', target = ''] = await freePorts(2);
  const dns = options.dns ?? (await serveNames(scene)).address;
  const pod = await scene.pod({ target: `127.0.0.1:${target}`, port, ...settings }, { ...options, dns });
  if (now) await pod.start();
  if (now && !scene.isNative) await pod.untilHealthy();
  return { pod, port: Number(port), target: Number(target) };
}

const saying = (text: string): Server => createServer((socket) => socket.on('error', () => {}).end(text));

const echoing = (prefix = ''): Server =>
  createServer((socket) => {
    socket.on('error', () => {}).on('data', (data) => socket.write(prefix + String(data)));
  });

/** All that is said at the port until it is closed; where a message is sent, the first answer. */
function hear(port: number, message = ''): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => message && socket.write(message));
    socket.on('error', () => {}).on('close', () => resolve(text));
    socket.on('data', (data) => {
      text += String(data);
      if (message !== '' && message !== 'big') socket.destroy();
    });
  });
}

async function untilHeard(port: number, text: string): Promise<number> {
  const began = performance.now();
  const look = async () => (await hear(port)) === text || undefined;
  await until(`"${text}" is heard`, look, { seconds: 90, every: 50 });
  return (performance.now() - began) / 1000;
}

const untilEcho = (port: number) =>
  until('it echoes', async () => (await hear(port, 'x')) === 'x' || undefined, { seconds: 90, every: 50 });

/** A connection that stays open. */
async function opened(port: number) {
  const socket: Socket = connect(port, '127.0.0.1').on('error', () => {});
  const echo = (text: string) =>
    new Promise<string>((resolve) => {
      socket.once('data', (data) => resolve(String(data))).once('close', () => resolve(''));
      socket.write(text);
    });
  await echo('opened');
  return {
    echo,
    end: () => socket.destroy(),
    get closed() {
      return socket.closed;
    },
  };
}

/** A target that echoes over TLS, and answers `serial` with the serial number of the client's certificate. */
async function startTls(scene: Scene) {
  const authority = await createAuthority('first');
  const [certificate, client] = [
    await authority.issue({ commonName: 'db', hosts: [name] }),
    await authority.issue({ commonName: 'me' }),
  ];
  const server = createSecureServer(
    { cert: certificate.certificatePem, key: certificate.keyPem, requestCert: true, rejectUnauthorized: false },
    (socket) => {
      const { serialNumber = 'none' } = socket.getPeerCertificate();
      socket.on('error', () => {}).on('data', (data) => socket.write(String(data) === 'serial' ? serialNumber : data));
    },
  ).on('tlsClientError', () => {});
  const target = await scene.listen(server);
  const next = createAuthority('second');
  const contents = {
    ca: { 'ca.crt': authority.certificatePem },
    client: { 'tls.crt': client.certificatePem, 'tls.key': client.keyPem },
  };
  return {
    settings: {
      target: `127.0.0.1:${target}`,
      tls: 'true',
      'tls-name': name,
      'ca-secret': 'ca',
      'client-secret': 'client',
    },
    options: { contents } satisfies PodOptions,
    serial: (port: number) => hear(port, 'serial'),
    /** From now on, the server shows a certificate of the second authority. */
    async renewServer() {
      const { certificatePem, keyPem } = await (await next).issue({ commonName: 'db', hosts: [name] });
      server.setSecureContext({ cert: certificatePem, key: keyPem });
    },
    async renewed() {
      const { certificatePem, keyPem } = await (await next).issue({ commonName: 'me' });
      return {
        ca: { 'ca.crt': (await next).certificatePem },
        client: { 'tls.crt': certificatePem, 'tls.key': keyPem },
        serial: new X509Certificate(certificatePem).serialNumber,
      };
    },
  };
}
