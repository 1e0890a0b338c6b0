import { once } from 'node:events';
import { Agent, createServer, request } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { duplexPair } from 'node:stream';
import { type ConnectionOptions, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCertificate } from '../../src/certificates/pair.ts';
import { clientErrorHandler } from '../../src/server/client-error.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { authority, call, git, leaf, mutate, type RunningServer, review, startServer } from './running-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.drain({ delay: 0, bound: 1000 }));

async function handshake(options: ConnectionOptions): Promise<TLSSocket> {
  const socket = tlsConnect({ port: server.port, host: '127.0.0.1', ca: authority.cert, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

describe('TLS', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s', async (version) => {
    const socket = await handshake({ minVersion: version, maxVersion: version });
    expect(socket.getProtocol()).toBe(version);
    socket.destroy();
  });

  it('does not speak TLS 1.1, before and after a change of certificate', async () => {
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(handshake(old)).rejects.toThrow(/protocol version/i);
    server.useCertificate(server.tls);
    await expect(handshake(old)).rejects.toThrow(/protocol version/i);
  });

  it.each(['AES128-SHA', 'AES256-GCM-SHA384', 'ECDHE-RSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384'])(
    'refuses %s, without forward secrecy or authenticated encryption',
    async (ciphers) => {
      const handshakes = handshake({ maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` });
      await expect(handshakes).rejects.toThrow(/handshake failure/i);
    },
  );

  it('shows a new certificate to new connections and lets open ones be', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await mutate(server.port, review(git), { agent })).status).toBe(200);
    const [before] = Object.values(agent.freeSockets).flat() as TLSSocket[]; // sockets of an https.Agent
    const next = await leaf();
    server.useCertificate(next);

    const socket = await handshake({});
    expect(socket.getPeerCertificate().serialNumber).toBe(readCertificate(next.cert)?.serial);
    socket.destroy();

    expect((await mutate(server.port, review(git), { agent })).status).toBe(200);
    const [after] = Object.values(agent.freeSockets).flat();
    expect(after).toBe(before);
    agent.destroy();
  });

  it('says in the log, once, that a client does not trust the certificate', async () => {
    server.lines.length = 0;
    for (let i = 0; i < 2; i++) {
      const stranger = request({ port: server.port, host: '127.0.0.1', path: '/healthz', agent: false });
      await expect(once(stranger.end(), 'response')).rejects.toThrow(/self.signed|unable to (get|verify)/);
    }
    // Node hangs up instead of sending an alert; Go and curl send one, as is done here.
    await untrustingClient(server.port);
    await untrustingClient(server.port);
    const lines = server.lines.filter(({ message }) => message.includes('does not trust'));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.level).toBe('warn');
    const { body } = await call({ port: server.port, path: '/metrics' });
    expect(Number(/tls_handshake_errors_total (\d+)/.exec(body)?.[1])).toBeGreaterThanOrEqual(2);
  });

  it('tells a client of plain HTTP apart', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.end('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
    expect(server.lines.some(({ message }) => message.includes('plain HTTP'))).toBe(true);
  });

  it('hangs up on a client that does not finish its handshake in time', async () => {
    const handshakes = createServer({ ...(await leaf()), handshakeTimeout: 100 });
    const none = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    handshakes.on('clientError', clientErrorHandler(none, createMetrics('0.0.0'))).listen(0, '127.0.0.1');
    await once(handshakes, 'listening');
    const silent = connect((handshakes.address() as AddressInfo).port, '127.0.0.1').resume(); // listens on TCP
    await once(silent, 'close');
    await promisify(handshakes.close).call(handshakes);
  });
});

/** Begins a TLS 1.2 handshake, and answers the server's certificate with the alert "unknown CA" (RFC 5246 §7.2). */
async function untrustingClient(port: number): Promise<void> {
  const raw = connect(port, '127.0.0.1');
  const [near, far] = duplexPair();
  tlsConnect({ socket: near, maxVersion: 'TLSv1.2' }).on('error', () => undefined);
  far.pipe(raw, { end: false });
  raw.once('data', () => raw.end(Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x30])));
  await once(raw, 'close');
}
