// What each kind of receiver gets.
import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issueAuthority, issueLeaf } from '../../../src/certificates/issue.ts';
import { until } from '../../e2e/pieces/until.ts';
import { createScene, type Scene } from './program.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const day = 86_400_000;

let scene: Scene;
let receiver: Receiver;
beforeEach(async () => {
  scene = createScene();
  receiver = await startReceiver();
});
afterEach(async () => {
  await scene.remove();
  await receiver.close();
});

const write = (text: string) => appendFileSync(join(scene.logs, 'app.log'), text);
const facts = ['namespace=shop', 'pod=web-1', 'node=', 'app=short', 'app=web', 'team=a'].map(
  (label) => `--label=${label}`,
);
const hard = 'a "quoted" \\ line\twith ünïcode \u0001 and ${such}';
const shipped = async (...args: string[]) => {
  const program = await scene.start(`--url=${receiver.url}`, ...facts, ...args);
  write(`first\n${hard}\n`);
  await program.stop();
  return program;
};
const bodies = () => receiver.requests.map(({ body }) => JSON.parse(body));
const seconds = (text: string) => Math.abs(Number(text.slice(0, 10)) - Date.now() / 1000);

describe('logship ships to', () => {
  it('Loki: a stream with labels, and values whose times all differ', async () => {
    await shipped('--to=loki', '--header=X-Scope-OrgID=tenant');
    expect(receiver.requests[0]).toMatchObject({ path: '/loki/api/v1/push', headers: { 'x-scope-orgid': 'tenant' } });
    const [{ streams }] = bodies();
    const stream = { namespace: 'shop', pod: 'web-1', app: 'web', team: 'a', file: '/var/log/app/app.log' };
    expect(streams).toEqual([
      {
        stream,
        values: [
          [expect.stringMatching(/^\d{19}$/), 'first'],
          [expect.any(String), hard],
        ],
      },
    ]);
    const [[one], [two]] = streams[0].values;
    expect(BigInt(two) > BigInt(one)).toBe(true);
    expect(seconds(one)).toBeLessThan(10);
  });

  it('OTLP: log records of a resource, by the names of the conventions', async () => {
    await shipped('--to=otlp');
    expect(receiver.requests[0]?.path).toBe('/v1/logs');
    const [{ resourceLogs }] = bodies();
    const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
    expect(resourceLogs[0].resource.attributes).toEqual([
      ...[attribute('k8s.namespace.name', 'shop'), attribute('k8s.pod.name', 'web-1')],
      ...[attribute('service.name', 'web'), attribute('team', 'a')],
    ]);
    expect(resourceLogs[0].scopeLogs[0].logRecords).toMatchObject([
      { body: { stringValue: 'first' }, attributes: [attribute('log.file.path', '/var/log/app/app.log')] },
      { body: { stringValue: hard }, timeUnixNano: expect.stringMatching(/^\d{19}$/) },
    ]);
  });

  it('no receiver: copies that were compressed, even if they match', async () => {
    const program = await scene.start('--to=http', `--url=${receiver.url}`, '--file=/var/log/app/app.log*');
    write('first\n');
    renameSync(join(scene.logs, 'app.log'), join(scene.logs, 'app.log.1'));
    write('second\n');
    const arrived = async () => receiver.text().split('\n').length > 2 || undefined;
    await until('both lines are there', arrived, { seconds: 60, every: 20 });
    writeFileSync(join(scene.logs, 'app.log.1.gz'), gzipSync('first\n'));
    rmSync(join(scene.logs, 'app.log.1'));
    await program.stop();
    expect(receiver.text().trim().split('\n').sort()).toEqual(['first', 'second']);
  });

  it('Elasticsearch: documents that are created; what is refused is left out, what is too much is sent again', async () => {
    const ids: string[] = [];
    receiver.answer(({ body }) => {
      const lines = body
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      const items = lines
        .filter((_, i) => i % 2 === 0)
        .map(({ create }, i) => {
          const again = ids.includes(create._id);
          ids.push(create._id);
          const { message } = lines[2 * i + 1];
          const status = message === 'first' ? 409 : message === 'busy' && !again ? 429 : message === 'bad' ? 400 : 201;
          return {
            create: { status, ...(status >= 400 && { error: { type: 'some_exception', reason: 'so it is' } }) },
          };
        });
      return { status: 200, body: JSON.stringify({ errors: true, items }) };
    });
    write('busy\nbad\n');
    const program = await shipped('--to=elasticsearch', '--index=logs-shop');
    const messages = receiver.requests.map(({ body }) =>
      [...body.matchAll(/"message":"(\w+)/g)].map(([, word]) => word),
    );
    expect(messages.flat().filter((word) => word === 'busy')).toHaveLength(2);
    expect(messages.flat().filter((word) => word === 'bad')).toHaveLength(1);
    expect(receiver.requests[0]).toMatchObject({
      path: '/logs-shop/_bulk',
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(JSON.parse(receiver.requests[0]?.body.split('\n')[1] ?? '')).toEqual({
      '@timestamp': expect.stringMatching(/^\d{4}-.*Z$/),
      message: 'busy',
      log: { file: { path: '/var/log/app/app.log' } },
      kubernetes: { namespace: 'shop', pod: { name: 'web-1' } },
      service: { name: 'web' },
      labels: { team: 'a' },
    });
    expect(program.said()).toContain('status 400: some_exception: so it is');
    expect(new Set(ids).size).toBe(4);
  });

  it.each(['json', 'text'])('any HTTP server, as %s, at the path of the address', async (format) => {
    receiver.answer(() => ({ status: 204 }));
    const program = await scene.start('--to=http', `--url=${receiver.url}/in?x=1`, `--format=${format}`, ...facts);
    write(`first\n${hard}\n`);
    await program.stop();
    expect(receiver.requests[0]?.path).toBe('/in?x=1');
    if (format === 'text') expect(receiver.text()).toBe(`first\n${hard}\n`);
    else {
      const [one, two] = receiver
        .text()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(one).toEqual({
        ...{ time: expect.stringMatching(/Z$/), message: 'first', file: '/var/log/app/app.log' },
        ...{ namespace: 'shop', pod: 'web-1', app: 'web', team: 'a' },
      });
      expect(two.message).toBe(hard);
    }
  });

  it('a server that has closed the connection meanwhile, without a word about it', async () => {
    const program = await scene.start('--to=http', `--url=${receiver.url}`, '--format=text');
    for (const word of ['one', 'two', 'three']) {
      write(`${word}\n`);
      await until(`${word} arrives`, async () => receiver.text().includes(word) || undefined, {
        seconds: 60,
        every: 20,
      });
      receiver.hangUp();
    }
    await program.stop();
    expect(receiver.text()).toBe('one\ntwo\nthree\n');
    expect(program.said()).not.toContain('does not take lines');
  });

  it('its own standard output', async () => {
    const program = await shipped('--to=stdout', '--format=text');
    expect(program.output()).toBe(`first\n${hard}\n`);
  });

  it('a server with TLS, as the one whom a certificate and a Secret name; a change of the Secret is followed', async () => {
    const now = new Date();
    const authority = await issueAuthority({ commonName: 'authority', life: 2 * day, now });
    const leaf = await issueLeaf(authority, { commonName: 'logs', life: day, now, names: ['localhost'] });
    const secure = await startReceiver(0, { ...leaf, ca: authority.cert });
    const secret = (name: string, text: string) => writeFileSync(join(scene.secret, name), text);
    for (const [name, text] of [
      ['ca.crt', authority.cert],
      ['tls.crt', leaf.cert],
      ['tls.key', leaf.key],
    ] as const)
      secret(name, text);
    secret('username', 'me\n');
    secret('password', 'pass:wörd\n');
    secure.answer(({ headers }) => ({ status: headers.authorization === 'Bearer good' ? 200 : 401 }));
    const folders = ['login', 'authority', 'client'].map((name) => `--${name}=${scene.secret}`);
    const program = await scene.start('--to=loki', `--url=${secure.url}`, ...folders);
    write('hello\n');
    const asked = async () => secure.requests.length > 0 || undefined;
    await until('it has asked', asked, { seconds: 60, every: 20 });
    expect(secure.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:pass:wörd').toString('base64')}`);
    expect(secure.requests[0]?.client).toBe('logs');
    secret('token', 'good');
    await until('it is let in', async () => secure.text().includes('hello') || undefined, { seconds: 60, every: 20 });
    await until('it says why', async () => program.said().includes('the answer is 401') || undefined, { seconds: 60 });
    await program.stop();
    await secure.close();
  });

  it('a receiver that asks for certificates, with renewed ones, and with the last good ones', async () => {
    const now = new Date();
    const authority = await issueAuthority({ commonName: 'authority', life: 2 * day, now });
    const issue = (commonName: string) => issueLeaf(authority, { commonName, life: day, now, names: ['localhost'] });
    const [first, second, third] = await Promise.all([issue('first'), issue('second'), issue('third')]);
    const secure = await startReceiver(0, { ...first, ca: authority.cert });
    const mount = ({ cert, key }: { readonly cert: string; readonly key: string }) => {
      for (const [name, text] of Object.entries({ 'ca.crt': authority.cert, 'tls.crt': cert, 'tls.key': key }))
        writeFileSync(join(scene.secret, name), text);
    };
    mount(first);
    const folders = ['authority', 'client'].map((name) => `--${name}=${scene.secret}`);
    const program = await scene.start('--to=http', `--url=${secure.url}`, ...folders);
    const clientOf = async (line: string) => {
      write(`${line}\n`);
      const found = async () => secure.requests.find(({ body }) => body.includes(line))?.client;
      return until(`${line} arrives`, found, { seconds: 60, every: 20 });
    };
    expect(await clientOf('one')).toBe('first');
    mount(second);
    expect(await clientOf('two'), 'although the connection is kept').toBe('second');
    mount({ cert: third.cert, key: second.key });
    expect(await clientOf('three')).toBe('second');
    expect(program.said().match(/the renewed certificates cannot be used/g)).toHaveLength(1);
    mount(third);
    expect(await clientOf('four')).toBe('third');
    expect(program.said().match(/the certificates are renewed/g)).toHaveLength(2);
    await program.stop();
    await secure.close();
  });

  it('a receiver that takes compressed requests', async () => {
    await shipped('--to=http', '--format=text', '--compression=gzip');
    expect(receiver.requests[0]?.headers['content-encoding']).toBe('gzip');
    expect(receiver.text()).toBe(`first\n${hard}\n`);
  });

  it('a receiver that gets only some of the lines, and the rest is not sent later either', async () => {
    const filters = ['--include=level=', '--include=panic', '--exclude=GET /healthz'];
    const program = await scene.start('--to=http', `--url=${receiver.url}`, '--format=text', ...filters);
    write('nothing\nlevel=info GET /healthz\nlevel=warn\npanic: x\n');
    await program.stop();
    await (await scene.start('--to=http', `--url=${receiver.url}`, '--format=text')).stop();
    expect(receiver.text()).toBe('level=warn\npanic: x\n');
  });

  it('a receiver that does not answer in time', async () => {
    const program = await scene.start('--to=http', `--url=${receiver.url}`, '--format=text', '--timeout=1s');
    receiver.answer(({ body }) => (body.includes('two') ? { status: 200 } : { status: 200, silent: true }));
    write('one\n');
    await until('it says so', async () => program.said().includes('no answer in 1 s') || undefined, { seconds: 60 });
    receiver.answer(() => ({ status: 200 }));
    await program.stop();
    expect(receiver.text()).toContain('one\n');
  });

  it.each(['tcp', 'tls'])(
    'syslog by %s: messages with their length, several lines in one, over a break',
    async (scheme) => {
      const now = new Date();
      const authority = await issueAuthority({ commonName: 'authority', life: 2 * day, now });
      const leaf = await issueLeaf(authority, { commonName: 'logs', life: day, now, names: ['localhost'] });
      writeFileSync(join(scene.secret, 'ca.crt'), authority.cert);
      let text = '';
      const sockets: Socket[] = [];
      const take = (socket: Socket) => {
        sockets.push(socket);
        socket
          .setEncoding('utf8')
          .on('error', () => {})
          .on('data', (part) => {
            text += String(part);
          });
      };
      const server = scheme === 'tls' ? createTlsServer(leaf, take) : createServer(take);
      const port = await new Promise<number>((resolve) => {
        server.listen(0, 'localhost', () => {
          const address = server.address();
          resolve(typeof address === 'object' && address ? address.port : 0);
        });
      });
      const authorityFolder = scheme === 'tls' ? [`--authority=${scene.secret}`] : [];
      const program = await scene.start(
        '--to=syslog',
        `--url=${scheme}://localhost:${port}`,
        '--multiline=indented',
        ...authorityFolder,
        ...facts,
      );
      write('first\n  more\nsecond\n');
      const arrived = (word: string) =>
        until(`${word} has arrived`, async () => text.includes(word) || undefined, { seconds: 60, every: 20 });
      await arrived('second');
      const [, length, message] = /^(\d+) ([\s\S]*)$/.exec(text) ?? [];
      const first = Buffer.from(message ?? '')
        .subarray(0, Number(length))
        .toString();
      expect(first).toMatch(
        /^<134>1 \S+Z web-1 web - - \[pod@32473 namespace="shop" .*file="\/var\/log\/app\/app.log"\] first\n {2}more$/,
      );
      for (const socket of sockets) socket.end();
      await new Promise((resolve) => setTimeout(resolve, 200));
      write('third "]\n');
      await program.stop();
      expect(text).toContain('] third "]');
      server.close();
    },
  );
});
