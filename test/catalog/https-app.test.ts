// What an app behind the sidecar `https` gets and gives: each request once, streams without delay, HTTP/2 without TLS.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createH2c, type ServerHttp2Stream } from 'node:http2';
import { request as requestOver } from 'node:https';
import { createServer as createTcp, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { until } from '../e2e/pieces/until.ts';
import { freePorts } from '../ports.ts';
import { Behind } from './https-behind.ts';
import { describeWith } from './programs.ts';

describeWith(['nginx'], 'an app behind nginx', () => {
  let behind: Behind;
  afterEach(() => behind.remove());

  it.each(['127.0.0.1', '::1', '::'])(
    'that listens at %s and cuts requests gets each of them once',
    async (address) => {
      const seen: string[] = [];
      const app = createTcp((socket) => {
        socket
          .on('error', () => {})
          .on('data', (data) => {
            seen.push(String(data).split(' ', 1)[0] ?? '');
            socket.destroy();
          });
      });
      behind = await Behind.start(app, address);
      // The sidecar looks for the app once a second until it is there.
      const found = async () => {
        await behind.ask({});
        return seen.length > 0 || undefined;
      };
      await until('the app is found', found, { seconds: 30, every: 100 });
      seen.length = 0;
      for (const method of ['GET', 'PUT', 'DELETE', 'POST']) {
        expect((await behind.ask({ method }, method === 'PUT' ? 'content' : '')).status).toBe(502);
      }
      expect(seen).toEqual(['GET', 'PUT', 'DELETE', 'POST']);
    },
  );

  it('that stays silent gets a request once, and the client an answer after `timeout`', async () => {
    let requests = 0;
    behind = await Behind.start(
      createServer(() => {
        requests += 1;
      }),
      '::',
      { 'https-timeout': '1s' },
    );
    expect((await behind.ask({ method: 'PUT' }, 'content')).status).toBe(504);
    expect(requests).toBe(1);
  });

  it('starts later than nginx, at whatever address, and is found', async () => {
    const [later = ''] = await freePorts(1);
    behind = await Behind.start(createServer(), '127.0.0.1', { 'https-target': later });
    expect((await behind.ask({})).status).toBe(502);
    behind.keep(createServer((_, response) => response.end('here')).listen(Number(later), '::1'));
    await until('it answers', async () => (await behind.ask({})).body === 'here' || undefined, {
      seconds: 30,
      every: 100,
    });
  });

  it('streams: each part arrives before the next one is written, over HTTP/1.1 and HTTP/2', async () => {
    let next = () => {};
    const app = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      let part = 0;
      next = () => void (part < 3 ? response.write(`data: ${++part}\n\n`) : response.end());
      next();
    });
    behind = await Behind.start(app, '127.0.0.1');
    const reader = async (source: AsyncIterable<unknown>) => {
      const parts: string[] = [];
      for await (const part of source) {
        parts.push(String(part));
        next();
      }
      return parts;
    };
    const plain = await new Promise<AsyncIterable<unknown>>((resolve) => {
      requestOver({ ...behind.at, path: '/' }, resolve).end();
    });
    const parts = ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n'];
    expect(await reader(plain)).toEqual(parts);
    const session = behind.session();
    expect(await reader(session.request({ ':path': '/' }))).toEqual(parts);
    session.close();
  });

  it('speaks HTTP/2 without TLS: messages go to and fro on one stream, and trailers end it', async () => {
    const app = createH2c({ settings: { maxHeaderListSize: 100_000 } });
    const heard: unknown[] = [];
    app.on('stream', (stream: ServerHttp2Stream, headers) => {
      heard.push(headers[':authority'] ?? headers.host, headers.te, headers['x-forwarded-proto']);
      stream.respond({ 'content-type': 'application/grpc', 'x-big': 'x'.repeat(60_000) }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.on('data', (message) => stream.write(`heard ${message}`)).on('end', () => stream.end());
    });
    behind = await Behind.start(app as unknown as Server, '127.0.0.1', { 'https-protocol': 'h2c' });
    const session = behind.session({
      ...{ maxHeaderListPairs: 2000, settings: { maxHeaderListSize: 100_000 }, maxSendHeaderBlockLength: 100_000 },
    });
    const stream = session.request({
      ...{ ':method': 'POST', ':path': '/shop.Till/Talk', ':authority': 'shop.example.com' },
      ...{ te: 'trailers', 'content-type': 'application/grpc' },
    });
    let trailers: object = {};
    stream.on('trailers', (sent) => {
      trailers = sent;
    });
    // nginx 1.22 passes the answer on when the first message has come; 1.30 does so at once.
    stream.write('one');
    const [headers] = await once(stream, 'response');
    expect(headers).toMatchObject({ ':status': 200, 'x-big': 'x'.repeat(60_000) });
    expect(String((await once(stream, 'data'))[0])).toBe('heard one');
    stream.write('two');
    expect(String((await once(stream, 'data'))[0])).toBe('heard two');
    stream.resume().end();
    await once(stream, 'end');
    expect(trailers).toMatchObject({ 'grpc-status': '0' });
    expect(heard).toEqual(['shop.example.com', 'trailers', 'https']);
    session.close();
  });
});
