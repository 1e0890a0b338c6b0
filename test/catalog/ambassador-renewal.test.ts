// Renewed Secrets in a running HAProxy: its connections stay, and what it cannot use is refused.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server, type TlsOptions } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import { until } from '../e2e/pieces/until.ts';
import { type Folder, makeFolder, type Running, start } from './ambassador.ts';
import { freePorts } from './https-scene.ts';
import { describeWith } from './programs.ts';

const now = new Date();
const name = 'db.example.com';

describeWith(['haproxy'], 'the ambassador, when a Secret is renewed', () => {
  let folder: Folder;
  let running: Running;
  let server: Server;
  let port = 0;
  const clients: Socket[] = [];
  beforeEach(async () => {
    folder = await makeFolder();
  });
  afterEach(async () => {
    running.process.kill('SIGKILL');
    await running.ended;
    for (const client of clients.splice(0)) client.destroy();
    server.close();
    folder.remove();
  });

  /** Starts a server that answers each message with the number of the client's certificate, and HAProxy in front. */
  const begin = async (options: TlsOptions): Promise<void> => {
    server = createServer({ ...folder.server, ...options }, (socket) => {
      const { serialNumber = 'none' } = socket.getPeerCertificate();
      socket.on('error', () => {}).on('data', () => socket.write(serialNumber));
    }).on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const [own = ''] = await freePorts(1);
    port = Number(own);
    running = await start(folder, {
      ...{ target: `127.0.0.1:${(server.address() as AddressInfo).port}`, port: own, tls: 'true', 'tls-name': name },
      ...{ 'ca-secret': 'ca', 'client-secret': 'client' },
    });
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
  const untilLogged = (text: string, times = 1) =>
    until(`the log says "${text}"`, async () => running.log().split(text).length > times || undefined, {
      ...{ seconds: 60, every: 50 },
    });
  const refused = 'cannot be used, the former one stays in use';

  it('trusts a new CA for new connections, and the former one while the new one is broken', async () => {
    await begin({});
    const kept = connected();
    expect(await ask(kept)).toBe('none');
    writeFileSync(join(folder.path, 'ca/ca.crt'), 'broken');
    await untilLogged(`The renewed ca-file ${folder.path}/ca/ca.crt ${refused}`);
    expect([await ask(connected()), await ask(kept)]).toEqual(['none', 'none']);

    const authority = await issueAuthority({ commonName: 'next', days: 2, now });
    server.setSecureContext(await issueLeaf(authority, { commonName: 'db', days: 1, now, names: [name] }));
    expect(await ask(connected())).toBe('');
    writeFileSync(join(folder.path, 'ca/ca.crt'), `${folder.authority.cert}\n\n${authority.cert}`);
    const trusted = async () => (await ask(connected())) || undefined;
    expect(await until('the new CA is trusted', trusted, { seconds: 60, every: 50 })).toBe('none');
    expect(await ask(kept)).toBe('none');
  });

  it('shows a new client certificate, and the former one while the new key does not fit', async () => {
    await begin({ requestCert: true, rejectUnauthorized: false });
    const kept = connected();
    const before = new X509Certificate(folder.server.cert).serialNumber;
    expect(await ask(kept)).toBe(before);
    const next = await issueLeaf(folder.authority, { commonName: 'me', days: 1, now, names: ['me.example.com'] });
    writeFileSync(join(folder.path, 'client/tls.crt'), next.cert);
    await untilLogged(`The renewed cert ${folder.path}/client/tls.crt ${refused}`);
    expect([await ask(connected()), await ask(kept)]).toEqual([before, before]);
    writeFileSync(join(folder.path, 'client/tls.key'), next.key);
    await untilLogged(`The renewed cert ${folder.path}/client/tls.crt is in use.`);
    expect([await ask(connected()), await ask(kept)]).toEqual([new X509Certificate(next.cert).serialNumber, before]);
  });

  it.each([
    ['ECDHE-RSA-AES128-GCM-SHA256', 'none'],
    ['AES128-GCM-SHA256', ''],
    ['ECDHE-RSA-AES128-SHA', ''],
  ])('of a server that knows TLS 1.2 with %s gets "%s"', async (ciphers, answer) => {
    await begin({ maxVersion: 'TLSv1.2', ciphers });
    expect(await ask(connected())).toBe(answer);
  });
});
