// What HAProxy does with what the template gives it.
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer as createHttp, get, type IncomingMessage, request } from 'node:http';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { until } from '../e2e/pieces/until.ts';
import { freePort } from '../ports.ts';
import { type Folder, makeFolder, type Running, type Settings, start } from './ambassador.ts';
import { describeWith } from './programs.ts';

describeWith(['haproxy'], 'the ambassador', () => {
  let folder: Folder;
  let running: Running | undefined;
  const servers: Server[] = [];
  const end = async () => {
    running?.process.kill('SIGKILL');
    await running?.ended;
    for (const server of servers.splice(0)) server.close();
  };
  beforeAll(async () => {
    folder = await makeFolder();
  });
  afterEach(end);
  afterAll(() => folder.remove());

  /** Starts listening, at a free port unless one is given. */
  const listening = (server: Server, at = 0): Promise<number> =>
    new Promise((resolve) => {
      servers.push(server);
      server.listen(at, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  const saying = (text: string) => createServer((socket) => socket.on('error', () => {}).end(text));
  const begin = async (settings: Settings, native = true): Promise<number> => {
    const port = await freePort();
    running = await start(folder, { port: String(port), ...settings }, native);
    return port;
  };
  /** All that is said at the port until it is closed. */
  const hear = (port: number | string): Promise<string> =>
    new Promise((resolve) => {
      let text = '';
      const socket = (typeof port === 'number' ? connect(port, '127.0.0.1') : connect(port)).on('data', (data) => {
        text += String(data);
      });
      socket.on('error', ({ message }) => resolve(message)).on('close', () => resolve(text));
    });
  const untilHeard = (port: number, text: string) =>
    until(`"${text}" is heard`, async () => (await hear(port)) === text || undefined, { seconds: 60, every: 50 });

  it('leads to the target, and again when that has been away', async () => {
    const at = await freePort();
    const port = await begin({ target: `127.0.0.1:${at}` });
    expect(await hear(port)).toBe('');
    const server = saying('back');
    await listening(server, at);
    await untilHeard(port, 'back');
  });

  it('takes the first of several targets that is up, and the other one when it is not', async () => {
    const [first, second] = [saying('first'), saying('second')];
    const ports = [await listening(first), await listening(second)];
    const target = ports.map((each) => `127.0.0.1:${each}`).join();
    const port = await begin({ target, balance: 'first', 'check-interval': '500ms' });
    await untilHeard(port, 'first');
    expect(await hear(port)).toBe('first');
    await new Promise((resolve) => first.close(resolve));
    await untilHeard(port, 'second');
    await listening(saying('first'), ports[0]);
    await untilHeard(port, 'first');
  });

  it('speaks TLS, and only to whom the certificate names', async () => {
    const seen: unknown[] = [];
    const secure = createTls(folder.server, (socket) => {
      seen.push(socket.servername);
      socket.on('error', () => {}).end('secret');
    }).on('tlsClientError', () => {});
    const target = `127.0.0.1:${await listening(secure)}`;
    const settings = { target, tls: 'true', 'ca-secret': 'ca' };
    expect(await hear(await begin({ ...settings, 'tls-name': 'db.example.com' }))).toBe('secret');
    expect(seen).toEqual(['db.example.com']);
    running?.process.kill('SIGKILL');
    await running?.ended;
    expect(await hear(await begin({ ...settings, 'tls-name': 'evil.example.com' }))).toBe('');
    await until('the log tells why', async () => /certificate verify failed/.test(running?.log() ?? '') || undefined, {
      seconds: 60,
    });
  });

  it.each([
    ['ECDHE-RSA-AES128-GCM-SHA256', 'secret'],
    ['AES128-GCM-SHA256', ''],
    ['ECDHE-RSA-AES128-SHA', ''],
  ])('with a server that knows TLS 1.2 with %s gets "%s"', async (ciphers, answer) => {
    const options = { ...folder.server, ciphers, maxVersion: 'TLSv1.2' } as const;
    const secure = createTls(options, (socket) => socket.on('error', () => {}).end('secret'));
    const target = `127.0.0.1:${await listening(secure.on('tlsClientError', () => {}))}`;
    const settings = { target, tls: 'true', 'ca-secret': 'ca', 'tls-name': 'db.example.com' };
    expect(await hear(await begin(settings))).toBe(answer);
  });

  it('passes each part of a stream on at once in mode http, either way', async () => {
    const echo = createHttp((received, response) => received.pipe(response.writeHead(200)));
    const port = await begin({ target: `127.0.0.1:${await listening(echo)}`, mode: 'http' });
    const sent = request({ host: '127.0.0.1', port, method: 'POST', agent: false });
    const started = performance.now();
    sent.write('part');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    for (let part = 0; part < 40; part++) {
      await once(response, 'data');
      sent.write('part');
    }
    expect(performance.now() - started).toBeLessThan(4000);
    sent.destroy();
  });

  it('sets the header Host in mode http, and answers 503 when nobody is there', async () => {
    const web = createHttp((request, response) => response.end(request.headers.host));
    const target = `127.0.0.1:${await listening(web)}`;
    const port = await begin({ target, mode: 'http', host: 'api.example.com' });
    const get = () => fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
    expect(await (await get()).text()).toBe('api.example.com');
    await new Promise((resolve) => web.close(resolve));
    expect((await get()).status).toBe(503);
  });

  it('passes headers of 64 KiB on in mode http, either way', async () => {
    const big = 'x'.repeat(64 * 1024 - 500);
    const web = createHttp({ maxHeaderSize: 100_000 }, (request, response) =>
      response.setHeader('x-big', big).end(String(request.headers['x-big'] === big)),
    );
    const port = await begin({ target: `127.0.0.1:${await listening(web)}`, mode: 'http' });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ port, headers: { 'x-big': big }, maxHeaderSize: 100_000, agent: false }, resolve).on('error', reject);
    });
    expect([answer.headers['x-big'] === big, String((await once(answer, 'data'))[0])]).toEqual([true, 'true']);
  });

  it('gives a server that cuts a request that request once', async () => {
    const seen: string[] = [];
    const cutting = createServer((socket) => {
      socket
        .on('error', () => {})
        .on('data', (data) => {
          seen.push(String(data).split(' ', 1)[0] ?? '');
          socket.destroy();
        });
    });
    const port = await begin({ target: `127.0.0.1:${await listening(cutting)}`, mode: 'http' });
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect((await fetch(`http://127.0.0.1:${port}/`, { method, headers: { connection: 'close' } })).status).toBe(502);
    expect(seen).toEqual(['GET', 'PUT', 'DELETE']);
  });

  it('listens on a Unix socket that any user may connect to', async () => {
    await begin({ target: `127.0.0.1:${await listening(saying('by socket'))}`, socket: '/run/db/.s.PGSQL.5432' });
    const path = join(folder.path, 'socket/.s.PGSQL.5432');
    expect(statSync(path).mode & 0o777).toBe(0o666);
    expect(await hear(path)).toBe('by socket');
  });

  it('goes on for the time of `drain` when a classic pod ends, and then ends', async () => {
    const target = `127.0.0.1:${await listening(saying('still here'))}`;
    const port = await begin({ target, drain: '6s' }, false);
    const asked = performance.now();
    running?.process.kill('SIGUSR1');
    let lastHeard = 0;
    while (running?.process.exitCode === null) {
      if ((await hear(port)) === 'still here') lastHeard = performance.now() - asked;
    }
    expect(running?.process.exitCode).toBe(0);
    expect(lastHeard).toBeGreaterThan(2000);
  });

  it('ends at once as a native sidecar, which is told after the app', async () => {
    await begin({ target: '127.0.0.1:1' });
    running?.process.kill('SIGUSR1');
    expect(await running?.ended).toBe(0);
  });
});
