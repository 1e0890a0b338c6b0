// Renewed Secrets in a running HAProxy: its connections stay, and what it cannot use is refused.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer, type Server, type TlsOptions } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import type { CertificatePair } from '../../src/certificates/pair.ts';
import { until } from '../e2e/pieces/until.ts';
import { Pod } from '../failures/pod/pod.ts';
import { freePorts } from '../ports.ts';
import { describeWith } from './programs.ts';

const day = 86_400_000;

const now = new Date();
const name = 'db.example.com';
const root = process.getuid?.() === 0;

describeWith(['haproxy', 'unshare', 'nsenter', 'setpriv'], 'the ambassador, when a Secret is renewed', () => {
  let pod: Pod;
  let server: Server;
  let authority: CertificatePair;
  let pair: CertificatePair;
  let port = 0;
  const clients: Socket[] = [];
  const leaf = (of: CertificatePair) => issueLeaf(of, { commonName: 'db', life: day, now, names: [name] });
  const tls = ({ cert, key }: CertificatePair) => ({ 'tls.crt': cert, 'tls.key': key });
  beforeEach(async () => {
    authority = await issueAuthority({ commonName: 'authority', life: 2 * day, now });
    pair = await leaf(authority);
  });
  afterEach(async () => {
    await pod.remove();
    for (const client of clients.splice(0)) client.destroy();
    server.close();
  });

  /** Starts a server that answers each message with the number of the client's certificate, and HAProxy in front. */
  const begin = async (options: TlsOptions): Promise<void> => {
    server = createServer({ ...pair, ...options }, (socket) => {
      const { serialNumber = 'none' } = socket.getPeerCertificate();
      socket.on('error', () => {}).on('data', () => socket.write(serialNumber));
    }).on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const [own = ''] = await freePorts(1);
    port = Number(own);
    const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const secrets = { 'ca-secret': 'ca', 'client-secret': 'client' };
    const contents = { ca: { 'ca.crt': authority.cert }, client: tls(pair) };
    const settings = { target, port: own, tls: 'true', 'tls-name': name, ...secrets };
    pod = await Pod.make('ambassador', settings, 'native', { contents, dns: '127.0.0.1' });
    await pod.start();
  };
  const connected = () => {
    const client = connect(port, '127.0.0.1').on('error', () => {});
    clients.push(client);
    return client;
  };
  /** The answer to a message over this connection; empty when it is closed instead. */
  const ask = (client: Socket): Promise<string> =>
    new Promise((resolve) => {
      client.once('data', (data) => resolve(String(data))).once('close', () => resolve(''));
      client.write('?');
    });
  const untilAnswered = (serial: string) =>
    until(`a new connection gets ${serial}`, async () => (await ask(connected())) === serial || undefined, {
      ...{ seconds: 60, every: 50 },
    });
  const refused = 'The Secrets cannot be used, see above. The former ones stay in use.';

  it.skipIf(!root)(
    'trusts a new CA for new connections, and the former one while the new one is broken (needs root)',
    async () => {
      await begin({});
      const kept = connected();
      expect(await ask(kept)).toBe('none');
      pod.renew('ca', { 'ca.crt': 'broken' });
      await pod.untilLogged(refused);
      expect([await ask(connected()), await ask(kept)]).toEqual(['none', 'none']);

      const next = await issueAuthority({ commonName: 'next', life: 2 * day, now });
      server.setSecureContext(await leaf(next));
      expect(await ask(connected())).toBe('');
      pod.renew('ca', { 'ca.crt': `${authority.cert}\n\n${next.cert}` });
      await untilAnswered('none');
      expect(await ask(kept)).toBe('none');
    },
  );

  it.skipIf(!root)(
    'shows a new client certificate, and the former one while the new key does not fit (needs root)',
    async () => {
      await begin({ requestCert: true, rejectUnauthorized: false });
      const kept = connected();
      const before = new X509Certificate(pair.cert).serialNumber;
      expect(await ask(kept)).toBe(before);
      const next = await leaf(authority);
      pod.renew('client', { ...tls(next), 'tls.key': pair.key });
      await pod.untilLogged(refused);
      expect(pod.log).toContain('inconsistencies between private key and certificate');
      expect([await ask(connected()), await ask(kept)]).toEqual([before, before]);
      pod.renew('client', tls(next));
      await untilAnswered(new X509Certificate(next.cert).serialNumber);
      expect(await ask(kept)).toBe(before);
    },
  );

  it.skipIf(!root)('follows both Secrets, one after the other and together (needs root)', async () => {
    await begin({ requestCert: true, rejectUnauthorized: false });
    const kept = connected();
    const before = await ask(kept);
    for (const secret of ['ca', 'client', 'both'] as const) {
      const next = await leaf(authority);
      if (secret !== 'client') {
        authority = await issueAuthority({ commonName: 'another', life: 2 * day, now });
        pair = await leaf(authority);
        server.setSecureContext(pair);
        pod.renew('ca', { 'ca.crt': authority.cert });
      }
      if (secret !== 'ca') pod.renew('client', tls(next));
      if (secret === 'ca')
        await until('the CA is trusted', async () => (await ask(connected())) || undefined, { seconds: 60, every: 50 });
      else await untilAnswered(new X509Certificate(next.cert).serialNumber);
    }
    expect([await ask(kept), pod.restarts]).toEqual([before, 0]);
  });
});
