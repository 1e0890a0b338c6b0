// A client that connects again and again while the server renews its certificate and replaces its CA.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, expect, it } from 'vitest';
import { certificatesIn, issuerOf } from '../../src/certificates/bundle.ts';
import type { MaterialStore } from '../../src/certificates/keeper.ts';
import { folderStore } from '../../src/certificates/own-folder.ts';
import { type CertificatePair, readCertificate } from '../../src/certificates/pair.ts';
import { makeCertificates } from '../../src/certificates/serving.ts';
import { createTrust } from '../../src/certificates/trust.ts';
import { call, type RunningServer, startServer } from './running-server.ts';

/** Milliseconds. */
const lifetimes = { leaf: 10_000, authority: 3_600_000 };
/**
 * When a registration counts as known to all clients, and when they know it in fact: no handshake lasts for the rest.
 */
const [settle, behind] = [2500, 300];

const folder = mkdtempSync(join(tmpdir(), 'renewals-'));
const store = folderStore(folder);
let wish: 'rotate' | undefined;
/** The folder, where one can also ask for another CA, as in a Secret. */
const asked: MaterialStore = {
  ...store,
  read: async () => ({ ...(await store.read()), wish }),
  async write(...written) {
    wish = undefined;
    return store.write(...written);
  },
};
let stop = () => {};
afterAll(() => {
  stop();
  rmSync(folder, { recursive: true, force: true });
});

it('drops no handshake of a client that trusts what is registered, and no open connection', async () => {
  const trust = createTrust(settle);
  let trusted = '';
  trust.onAuthorities((bundle) => {
    trust.registered(bundle);
    setTimeout(() => {
      trusted = bundle;
    }, behind);
  });
  let server: RunningServer | undefined;
  const used: CertificatePair[] = [];
  const failed: string[] = [];
  const certificates = await makeCertificates(
    { store: asked, trust, names: ['127.0.0.1'], lifetimes },
    {
      use(pair) {
        used.push(pair);
        server?.useCertificate(pair);
      },
      written: () => {},
      failed: (message) => void failed.push(message),
    },
  );
  stop = certificates.stop;
  server = await startServer({ tls: certificates.pair() });
  const { port } = server;
  await expect.poll(() => trusted, { timeout: 60_000 }).not.toBe('');
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: trusted, servername: '' });
  const asks = async () => (await call({ port, path: '/healthz', agent })).status;
  expect(await asks()).toBe(200);

  wish = 'rotate';
  const shown = new Set<string>();
  let handshakes = 0;
  /** Certificates were shown before, between and after the changes, and the former CA is gone. */
  const isOver = () => shown.size >= 3 && certificatesIn(trusted).length === 1;
  for (const start = performance.now(); !isOver(); await sleep(10)) {
    expect(performance.now() - start, `${shown.size} of ${used.length} certificates were shown`).toBeLessThan(120_000);
    const socket = connect({ port, host: '127.0.0.1', ca: trusted });
    await once(socket, 'secureConnect'); // which rejects when the handshake fails
    handshakes++;
    shown.add(socket.getPeerCertificate().serialNumber);
    socket.destroy();
  }
  const serials = used.map(({ cert }) => readCertificate(cert)?.serial);
  expect(serials).toEqual(expect.arrayContaining([...shown]));
  expect(new Set(used.map(({ cert }) => issuerOf(cert, certificatesIn(trusted)))).size, 'two CAs').toBe(2);
  expect(handshakes).toBeGreaterThan(20);
  expect(await asks()).toBe(200);
  await expect.poll(() => Object.values(agent.freeSockets).flat(), { timeout: 60_000 }).toHaveLength(1);
  expect(failed).toEqual([]);
  agent.destroy();
  await server.drain({ delay: 0, bound: 1000 });
});
