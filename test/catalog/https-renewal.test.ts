// Renewals of the certificate while clients connect: what the template `https` promises of them, in a real nginx.
import { spawnSync } from 'node:child_process';
import { readlinkSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { until } from '../e2e/pieces/until.ts';
import { freePorts } from '../ports.ts';
import { createKeys, Scene, shopSubject, tlsFiles } from './https-scene.ts';
import { describeWith } from './programs.ts';

const keysOnce = createKeys();
const address = { host: '127.0.0.1', servername: 'shop.example.com' };

/** Makes a new connection, without a session of before; gives the serial number of the certificate. */
function shakeHands(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ ...address, port, ca }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.end();
    });
    socket.on('error', reject);
  });
}

/** Asks over the one connection of the agent; gives the serial number of the certificate it was made with. */
function askOver(agent: Agent, port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ ...address, port, ca, agent, path: '/.sidecar/https' }, (response) => {
      const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate();
      response.resume().on('end', () => resolve(serialNumber));
    });
    request.on('error', reject);
  });
}

describeWith(['nginx', 'mkfifo'], 'a handshake that is under way when the certificate is renewed', () => {
  const scene = new Scene();
  afterAll(() => scene.remove());

  it('gets the key that belongs to its certificate', async () => {
    const { authority, server } = await keysOnce;
    const ca = authority.certificatePem;
    const [own = ''] = await freePorts(1);
    scene.mount('tls', tlsFiles(server));
    await scene.start({ 'https-secret': 's', 'https-target': '1', 'https-port': own }, { pause: 0.1 });
    const first = await shakeHands(Number(own), ca);

    // nginx waits at this pipe for the certificate, with the key still to be read.
    const keys = join(scene.folder, 'keys');
    const edition = readlinkSync(join(keys, 'tls'));
    const certificate = join(keys, edition, 'tls.crt');
    rmSync(certificate);
    spawnSync('mkfifo', [certificate]);
    const underWay = shakeHands(Number(own), ca);
    const pipe = await open(certificate, 'w');
    scene.mount('tls', tlsFiles(await authority.issue(shopSubject)));
    const renewed = async () => readlinkSync(join(keys, 'tls')) !== edition || undefined;
    await until('nginx is given the new certificate', renewed, { seconds: 60, every: 20 });
    await pipe.writeFile(server.certificatePem);
    await pipe.close();

    expect(await underWay).toBe(first);
    expect(await shakeHands(Number(own), ca)).not.toBe(first);
  });
});

describe.each(['coreutils', 'busybox'] as const)('renewed certificates', (tools) => {
  describeWith(tools === 'busybox' ? ['nginx', tools] : ['nginx'], `with the shell's tools of ${tools}`, () => {
    const scene = new Scene(tools);
    afterAll(() => scene.remove());

    it('are served from 20 renewals under handshakes, none of which fails, and open connections stay', async () => {
      const { authority, server } = await keysOnce;
      const ca = authority.certificatePem;
      const [own = ''] = await freePorts(1);
      const port = Number(own);
      scene.mount('tls', tlsFiles(server));
      await scene.start({ 'https-secret': 's', 'https-target': '1', 'https-port': own }, { pause: 0.1 });

      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const first = await askOver(agent, port, ca);
      const seen = new Set<string>();
      const failures: string[] = [];
      let [ended, handshakes] = [false, 0];
      const client = async () => {
        while (!ended) {
          await shakeHands(port, ca).then(
            (serial) => seen.add(serial),
            (error: Error) => failures.push(error.message),
          );
          handshakes += 1;
        }
      };
      const clients = [client(), client(), client()];
      try {
        for (let renewal = 1; renewal <= 20; renewal++) {
          scene.mount('tls', tlsFiles(await authority.issue(shopSubject)));
          await until(`renewal ${renewal} is served`, async () => seen.size === renewal + 1 || undefined, {
            ...{ seconds: 30, every: 20 },
          });
          expect(await askOver(agent, port, ca), 'the connection that is kept').toBe(first);
          await sleep(100);
        }
      } finally {
        ended = true;
        await Promise.all(clients);
      }
      expect(failures).toEqual([]);
      expect(handshakes).toBeGreaterThan(200);
      agent.destroy();
    });

    it('are refused where the key does not fit, with a line in the log, and the last good pair stays', async () => {
      const { authority, server } = await keysOnce;
      const ca = authority.certificatePem;
      const [own = ''] = await freePorts(1);
      const port = Number(own);
      const broken = new Scene(tools);
      try {
        const settings = { 'https-secret': 's', 'https-target': '1', 'https-port': own };
        broken.mount('tls', tlsFiles(server));
        await broken.start(settings, { pause: 0.1 });
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        const first = await askOver(agent, port, ca);

        const next = await authority.issue(shopSubject);
        const refusals = () => broken.said.join('').split('The former edition stays in use.').length - 1;
        const untilRefused = (count: number) =>
          until(`${count} are refused`, async () => refusals() === count || undefined, { seconds: 30, every: 20 });
        broken.mount('tls', { ...tlsFiles(next), 'tls.key': server.keyPem });
        await untilRefused(1);
        expect(broken.said.join('')).toContain('key values mismatch');
        broken.mount('tls', { ...tlsFiles(next), 'tls.crt': '' });
        await untilRefused(2);
        expect([await shakeHands(port, ca), await askOver(agent, port, ca)]).toEqual([first, first]);
        agent.destroy();

        // A restart of the container finds the broken Secret, and what it served before.
        await broken.kill();
        await broken.start(settings, { pause: 0.1 });
        expect(await shakeHands(port, ca)).toBe(first);
        broken.mount('tls', tlsFiles(next));
        const renewed = async () => (await shakeHands(port, ca)) !== first || undefined;
        await until('the pair that fits is served', renewed, { seconds: 30, every: 20 });
      } finally {
        await broken.remove();
      }
    });
  });
});
