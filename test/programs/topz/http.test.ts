import { execFile, spawnSync } from 'node:child_process';
import { request } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formFor } from '../../../src/programs/topz/http/negotiate.ts';
import schema from '../../../src/programs/topz/processes/snapshot.schema.json' with { type: 'json' };
import type { Snapshot } from '../../../src/programs/topz/processes/snapshot.ts';
import { fakePod } from './fake-pod.ts';
import { promtext } from './promtext.ts';
import { serve } from './serve.ts';

const chrome = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
const pod = fakePod();
let topz: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  topz = await serve(pod.proc.root, { before: () => pod.go(0.25), basePath: '/debug/pod' });
});
afterAll(async () => {
  await topz.stop();
  pod.proc.remove();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${topz.url}${path}`, { headers, redirect: 'manual' });

/** The schema test says whether it is one. */
const snapshot = async (path: string, headers: Record<string, string> = {}) =>
  (await (await get(path, headers)).json()) as Snapshot;

describe('/topz', () => {
  it('is a page for browsers', async () => {
    const response = await get('/topz', { accept: chrome });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('vary')).toBe('accept');
    expect(await response.text()).toContain('<title>topz</title>');
  });

  it('is the classic table for curl', async () => {
    const { stdout: table } = await promisify(execFile)('curl', ['-s', `${topz.url}/topz`]);
    const [head, ...rows] = table.trimEnd().split('\n');
    expect(head).toMatch(/^ *PID +USER +CPU +MEM COMMAND$/);
    expect(rows).toHaveLength(14);
    expect(rows[0]).toMatch(/^ +1 65532 +0\.0 +680K \/pause$/);
    expect(rows[1]).toMatch(/^ +7 +root +\d+\.\d +\d\.\dM nginx: master process nginx -g daemon off;$/);
    expect(table).toContain('--db=postgres://app:***@localhost:5432/shop --api-token ***');
    expect(table).not.toMatch(/s3cret|tok_9f8e7d|abcdef123456/);
  });

  it('is JSON that its published schema describes, for programs', async () => {
    const published = await (await get('/topz/snapshot.schema.json')).json();
    expect(published).toEqual(schema);
    const app = fastify({
      ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    });
    app.post('/', { schema: { body: published } }, async () => 'valid');
    const check = async (payload: object) => (await app.inject({ method: 'POST', url: '/', payload })).body;
    const plain = await snapshot('/topz', { accept: 'application/json' });
    const trends = await snapshot('/topz?format=json&trends');
    expect(await check(plain)).toBe('valid');
    expect(await check(trends)).toBe('valid');
    expect(await check({ ...plain, more: 1 })).toContain('must NOT have additional properties');
    expect(await check({ ...plain, alone: 'no' })).toContain('must be boolean');
    expect(trends.times?.length).toBe(trends.processes[0]?.trend?.cpu.length);
    const names = plain.containers.map((container) => container.name);
    expect(names).toEqual(['nginx', 'database', 'shop', 'topz', 'pod sandbox']);
    await app.close();
  });

  it('follows with ?watch, as text and as lines of JSON', async () => {
    const text = await firstParts('/topz?watch', 3);
    expect(text.match(/PID +USER +CPU +MEM COMMAND/g)?.length).toBeGreaterThanOrEqual(3);
    const lines = (await firstParts('/topz?watch&format=json', 3)).trim().split('\n');
    const times = lines.map((line) => JSON.parse(line).time);
    expect(new Set(times).size).toBe(times.length);
    expect(await firstParts('/topz?watch=screen', 2)).toContain('\x1b[H\x1b[2J\x1b[3JPID  USER');
  });

  it('is found below the base path too, and from the paths around it', async () => {
    expect(await (await get('/debug/pod/topz')).text()).toContain('nginx: master');
    expect((await get('/debug/pod/topz/page.css')).status).toBe(200);
    expect((await get('/debug/pod/healthz')).status).toBe(200);
    expect((await get('/debug/podium')).status).toBe(404);
    for (const [path, to] of [
      ['/', '/topz'],
      ['/topz/', '/topz'],
      ['/debug/pod', '/debug/pod/topz'],
      ['/debug/pod/', '/debug/pod/topz'],
      ['/debug/pod/topz/', '/debug/pod/topz'],
    ]) {
      const location = (await get(path ?? '')).headers.get('location') ?? '';
      expect(new URL(location, `${topz.url}${path}`).pathname, path).toBe(to);
    }
  });

  it.each([
    [null, chrome, 'html'],
    [null, '*/*', 'text'],
    [null, undefined, 'text'],
    [null, 'application/json', 'json'],
    [null, 'text/plain', 'text'],
    [null, 'application/json;q=0.5, text/html', 'html'],
    [null, 'application/json, text/plain;q=0.9, */*;q=0.1', 'json'],
    [null, 'text/html;q=0, */*', 'text'],
    [null, 'image/png', 'text'],
    [null, ';;q=x,,', 'text'],
    ['json', chrome, 'json'],
    ['text', chrome, 'text'],
    ['xml', chrome, undefined],
  ])('?format=%s with Accept %s is %s', (format, accept, form) => expect(formFor(format, accept)).toBe(form));

  it('of a header full of blanks is found at once', () => {
    const began = process.cpuUsage();
    for (let i = 0; i < 20; i++) expect(formFor(null, `text/plain${' '.repeat(15_500)}x`)).toBe('text');
    expect(process.cpuUsage(began).user).toBeLessThan(500_000);
  });

  it('says which formats there are', async () => {
    const response = await get('/topz?format=xml');
    expect([response.status, await response.text()]).toEqual([400, 'No such format. There are html, text, json.\n']);
  });
});

describe('/metrics', () => {
  it('is what Prometheus reads', async () => {
    const response = await get('/metrics');
    const text = await response.text();
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('topz_processes{container="nginx",process="nginx"} 4\n');
    expect(text).toContain('topz_container_memory_limit_bytes{container="shop"} 268435456\n');
    const promtool = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    if (promtool.error) {
      process.stdout.write(
        "promtool is not here (Debian package prometheus): checked by the test's own strict reader only\n",
      );
    } else expect([promtool.status, promtool.stdout + promtool.stderr]).toEqual([0, '']);
    expect(promtext(text)).toEqual([]);
  });
});

describe('what is refused', () => {
  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('%s', async (method) => {
    const { status, headers } = await raw(method, '/topz');
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('answers HEAD as GET, without the body', async () => {
    const response = await fetch(`${topz.url}/topz?watch`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it.each([
    '/nothing',
    '/topz/../page.css',
    '/topz/main.ts',
    '/topz/tsconfig.json',
    '//x/topz',
    '/%00',
    '/topz/%2e%2e/x',
  ])('%s is not there', async (path) => {
    expect((await raw('GET', path)).status).toBe(404);
  });

  it('forgets a client that left before the first sample was there', async () => {
    const young = await serve(pod.proc.root, { period: 60_000 });
    const stop = new AbortController();
    const left = fetch(`${young.url}/topz?watch`, { signal: stop.signal }).catch(() => 'left');
    setTimeout(() => stop.abort(), 150);
    expect(await left).toBe('left');
    const metrics = async () => (await fetch(`${young.url}/metrics`)).text();
    await metrics(); // waits for the first sample too
    expect(await metrics()).toContain('topz_watchers 0\n');
    await young.stop();
  });

  it('stays up when a client sends nonsense', async () => {
    await new Promise<void>((done) => {
      const socket = connect(Number(new URL(topz.url).port), '127.0.0.1', () => socket.end('GARBAGE\r\n\r\n'));
      socket
        .on('error', () => {})
        .on('close', () => done())
        .resume();
    });
    expect(await (await get('/healthz')).text()).toBe('ok\n');
  });
});

describe('the page', () => {
  it('comes under a strict policy, without anything from elsewhere', async () => {
    const response = await get('/topz', { accept: chrome });
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|data:|\*/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const html = await response.text();
    const files = [...html.matchAll(/(?:src|href)="([^"#?]+)"/g)].map((match) => match[1] ?? '');
    expect(files.length).toBeGreaterThan(5);
    for (const file of files.filter((one) => one !== 'topz')) expect((await get(`/${file}`)).status, file).toBe(200);
    expect(html).not.toMatch(/<style|<script>|style=| on\w+=/);
  });

  it('is sent again only when it changed', async () => {
    const etag = (await get('/topz/page.css')).headers.get('etag') ?? '';
    expect((await get('/topz/page.css', { 'if-none-match': etag })).status).toBe(304);
  });
});

describe('the Host header', () => {
  const status = async (url: string, host: string, path = '/topz') => (await raw('GET', path, { url, host })).status;

  it.each([
    '127.0.0.1',
    '127.0.0.1:21080',
    '[::1]:21080',
    '[fd00::1]',
    '10.1.2.3',
    'localhost',
    'LOCALHOST:80',
    'localhost.',
  ])('%s is answered', async (host) => expect(await status(topz.url, host)).toBe(200));

  it.each([
    'evil.test',
    'evil.test:21080',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '1.2.3',
    '[::1].evil.test',
    '[evil.test]',
    'evil.test#localhost',
    'user@localhost',
    '.',
  ])('%j is refused on every path that shows something, and the answer says what to set', async (host) => {
    for (const path of [
      '/topz',
      '/topz?watch',
      '/topz?format=json',
      '/metrics',
      '/topz/main.mjs',
      '/debug/pod/topz',
      '/',
    ]) {
      expect(await status(topz.url, host, path), path).toBe(421);
    }
    const { body } = await raw('GET', '/topz', { host });
    expect(body).toBe(
      `topz does not answer to the host name "${host}". Add the name to the annotation sidecar.io/topz-hosts (option --hosts), or use an IP address or localhost.\n`,
    );
    expect(await status(topz.url, host, '/healthz')).toBe(200);
  });

  it('may be a name that the settings give, in which each * is one label', async () => {
    const named = await serve(pod.proc.root, { hosts: ['*', 'topz.Example.com', '*.*.svc'] });
    for (const host of ['web-topz', 'topz.example.com:80', 'TOPZ.example.COM', 'web.shop.svc', 'web.shop.svc.'])
      expect(await status(named.url, host), host).toBe(200);
    for (const host of ['evil.test', 'example.com', 'a.topz.example.com', 'a.b.c.svc', 'shop.svc', '.shop.svc'])
      expect(await status(named.url, host), host).toBe(421);
    await named.stop();
  });

  it('may be any name where a token is asked for, which a foreign page does not know', async () => {
    const guarded = await serve(pod.proc.root, { token: () => 'right' });
    expect(await status(guarded.url, 'topz.example.com')).toBe(401);
    expect(
      (await raw('GET', '/topz', { url: guarded.url, host: 'topz.example.com', authorization: 'Bearer right' })).status,
    ).toBe(200);
    await guarded.stop();
  });

  it('may be missing, which no browser does', async () => {
    const answered = await new Promise<string>((done) => {
      const socket = connect(Number(new URL(topz.url).port), '127.0.0.1', () =>
        socket.write('GET /topz HTTP/1.0\r\n\r\n'),
      );
      let text = '';
      socket
        .on('data', (part) => {
          text += part;
        })
        .on('close', () => done(text));
    });
    expect(answered).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('with a token', () => {
  it('shows processes only to those who have it, and follows its renewal', async () => {
    let token: string | undefined = 'first-token\n';
    const guarded = await serve(pod.proc.root, { token: () => token });
    const status = async (path: string, authorization?: string) =>
      (await fetch(`${guarded.url}${path}`, { headers: authorization ? { authorization } : {} })).status;
    for (const path of ['/topz', '/topz?format=json', '/topz?watch', '/metrics']) {
      expect(await status(path)).toBe(401);
      expect(await status(path, 'Bearer wrong')).toBe(401);
      expect(await status(path, 'Basic first-token')).toBe(401);
    }
    expect(await status('/topz', 'Bearer first-token')).toBe(200);
    expect(await status('/metrics', 'bearer first-token')).toBe(200);
    expect([await status('/healthz'), await status('/topz?format=html')]).toEqual([200, 200]);
    token = 'second-token';
    expect([await status('/topz', 'Bearer first-token'), await status('/topz', 'Bearer second-token')]).toEqual([
      401, 200,
    ]);
    token = undefined;
    expect([await status('/topz', 'Bearer '), await status('/topz', 'Bearer undefined')]).toEqual([401, 401]);
    await guarded.stop();
  });
});

/** The beginning of a stream, until it has so many parts. */
async function firstParts(path: string, count: number): Promise<string> {
  const stop = new AbortController();
  const response = await fetch(`${topz.url}${path}`, { signal: stop.signal });
  let text = '';
  let parts = 0;
  for await (const part of response.body ?? []) {
    text += Buffer.from(part).toString();
    parts += 1;
    if (parts === count) break;
  }
  stop.abort();
  return text;
}

/** A request as it is, with any headers; of a stream that does not end only the head counts. */
function raw(
  method: string,
  path: string,
  { url = topz.url, ...headers }: Record<string, string> = {},
): Promise<{ status: number | undefined; headers: Record<string, unknown>; body: string }> {
  return new Promise((done, fail) => {
    const { hostname, port } = new URL(url);
    const call = request({ hostname, port, method, path, headers }, async (response) => {
      let body = '';
      if (response.headers['content-length']) for await (const part of response) body += part;
      else response.destroy();
      done({ status: response.statusCode, headers: response.headers, body });
    });
    call.on('error', fail).end();
  });
}
