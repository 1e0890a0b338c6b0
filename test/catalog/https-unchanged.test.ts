// What passes nginx unchanged, between a client and an app behind the sidecar `https`.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect as tls } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { Behind } from './https-behind.ts';
import { describeWith } from './programs.ts';

const big = 'x'.repeat(64 * 1024);

describeWith(['nginx'], 'nginx before an app', () => {
  let behind: Behind;
  afterEach(() => behind.remove());
  const start = async (app: RequestListener) => {
    behind = await Behind.start(createServer({ maxHeaderSize: 100_000 }, app));
  };

  it('passes header fields of 64 KiB, either way', async () => {
    await start((request, response) => {
      response.setHeader('x-big', big.slice(300)).end(`${request.url?.length} ${request.headers['x-big']?.length}`);
    });
    const body = `1 ${big.length}`;
    expect(await behind.ask({ headers: { 'x-big': big } })).toMatchObject({
      ...{ status: 200, body, headers: { 'x-big': big.slice(300) } },
    });
    expect(await behind.ask({ path: `/?${big.slice(2)}` })).toMatchObject({ body: `${big.length} undefined` });
    const session = behind.session({ maxSendHeaderBlockLength: 100_000, settings: { maxHeaderListSize: 100_000 } });
    const stream = session.request({ ':path': '/', 'x-big': big });
    expect(String((await once(stream, 'data'))[0])).toBe(body);
    session.destroy();
  });

  it('passes an answer that comes before the body has been read', async () => {
    await start((_, response) => response.writeHead(413).end('too much'));
    const upload = Buffer.alloc(20_000_000);
    for (const method of ['PUT', 'POST', 'PATCH']) {
      expect(await behind.ask({ method, agent: false }, upload)).toMatchObject({ status: 413, body: 'too much' });
    }
  });

  it('passes the header fields that say who answered and when, and those for a proxy in front', async () => {
    const sent = {
      ...{ server: 'shop', date: 'Wed, 01 Jan 2020 00:00:00 GMT', 'x-accel-redirect': '/.sidecar/https' },
      ...{ 'x-accel-buffering': 'no', 'x-accel-expires': '5', 'x-accel-charset': 'koi8-r', 'x-pad': 'yes' },
    };
    await start((_, response) => response.writeHead(200, sent).end('content'));
    expect(await behind.ask({})).toMatchObject({ status: 200, body: 'content', headers: sent });
  });

  it('passes a request of HTTP/1.0 that names no host', async () => {
    await start((request, response) => response.end(`host ${request.headers.host}`));
    const socket = tls(behind.at, () => socket.write('GET / HTTP/1.0\r\n\r\n'));
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    await once(socket, 'close');
    expect(answer).toMatch(/ 200 OK\r\n.*host localhost$/s);
  });
});
