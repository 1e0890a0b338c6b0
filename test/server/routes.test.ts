import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metricsTable } from '../../src/telemetry/metrics-table.ts';
import { authority, call, git, mutate, type RunningServer, review, startServer } from './running-server.ts';

let server: RunningServer;
let reason: string | undefined;
beforeAll(async () => {
  server = await startServer({ ready: () => reason });
});
afterAll(() => server.drain({ delay: 0, bound: 1000 }));

const get = (path: string, method = 'GET') => call({ port: server.port, path, method });

/** The value of one line of the metrics. */
async function metric(line: string): Promise<number> {
  const { body } = await get('/metrics');
  const found = body.split('\n').find((text) => text.startsWith(`${line} `));
  return Number(found?.slice(line.length + 1) ?? 0);
}

describe('routes', () => {
  it('says that it lives', async () => {
    expect(await get('/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
    expect(await get('/healthz', 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  it('says why it is not ready', async () => {
    reason = 'The catalog is not loaded.';
    expect(await get('/readyz')).toMatchObject({ status: 503, body: 'The catalog is not loaded.\n' });
    expect((await get('/healthz')).status).toBe(200);
    reason = undefined;
    expect((await get('/readyz')).status).toBe(200);
  });

  it.each([
    ['GET', '/mutate', 'POST'],
    ['PUT', '/mutate?timeout=1s', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/metrics', 'GET, HEAD'],
  ])('answers %s %s with 405 and what is allowed', async (method, path, allowed) => {
    const answer = await get(path, method);
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe(allowed);
    expect(answer.body).toMatch(`not ${method}.`);
  });

  it('names the paths it knows to who asks for another one', async () => {
    const answer = await get('/inject?x=1');
    expect(answer.status).toBe(404);
    expect(answer.body).toBe(
      '/inject does not exist. Paths: /mutate, /mutate/unlabelled, /validate, /healthz, /readyz, /metrics.\n',
    );
    const headers = { 'content-type': 'application/xml' };
    expect((await call({ port: server.port, path: '/x', method: 'POST', headers, body: ['<x/>'] })).status).toBe(404);
  });

  it('answers what is no HTTP with a message', async () => {
    const socket = connect({ port: server.port, host: '127.0.0.1', ca: authority.cert });
    socket.end('hello\r\n\r\n');
    let text = '';
    for await (const chunk of socket.setEncoding('utf8')) text += chunk;
    expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*Connection: close\r\n\r\nThis is not an HTTP\/1\.1 request\.\n$/);
    const huge = await call({ port: server.port, path: '/healthz', headers: { 'x-much': 'x'.repeat(20_000) } });
    expect(huge).toMatchObject({ status: 431, body: 'The headers are larger than 16 KiB.\n' });
  });

  it('keeps idle connections longer than the API server does', async () => {
    expect(server.app.server.keepAliveTimeout).toBeGreaterThan(90_000);
    expect((await mutate(server.port, review(git))).status).toBe(200);
  });
});

describe('log and metrics', () => {
  it('has one line for each review', async () => {
    server.lines.length = 0;
    await mutate(server.port, review(git));
    await mutate(server.port, review({ 'sidecar.io/git-repoo': 'x' }, { dryRun: true }));
    await mutate(server.port, review({}));
    expect(server.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'info injected',
      'warn refused',
      'debug unchanged',
    ]);
    expect(server.lines[0]?.fields).toMatchObject({
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      namespace: 'shop',
      pod: 'web-',
      sidecars: 'git',
      codes: '',
      dryRun: false,
    });
    expect(server.lines[1]?.fields).toMatchObject({ codes: 'unknown-annotation', dryRun: true });
    expect(server.lines[2]?.fields).toMatchObject({ codes: 'nothing-asked' });
  });

  it('counts reviews, problems, reasons, sidecars, durations and errors', async () => {
    const names = [
      'sidecar_injector_reviews_total{outcome="injected"}',
      'sidecar_injector_reviews_total{outcome="unchanged"}',
      'sidecar_injector_reviews_total{outcome="refused"}',
      'sidecar_injector_problems_total{code="unknown-annotation"}',
      'sidecar_injector_unchanged_total{reason="nothing-asked"}',
      'sidecar_injector_sidecars_total{sidecar="git"}',
      'sidecar_injector_review_duration_seconds_count',
      'sidecar_injector_http_errors_total{status="400"}',
      'sidecar_injector_http_errors_total{status="404"}',
    ];
    const before = await Promise.all(names.map(metric));
    await mutate(server.port, review(git));
    await mutate(server.port, review(git, { dryRun: true }));
    await mutate(server.port, review({ 'sidecar.io/git-repoo': 'x' }));
    await mutate(server.port, review({}));
    await mutate(server.port, 'x');
    await get('/nothing');
    const after = await Promise.all(names.map(metric));
    expect(after.map((value, i) => value - (before[i] ?? 0))).toEqual([2, 1, 1, 1, 1, 1, 4, 1, 1]);
  });

  it('has the warnings of a pod that nobody saw created, in the log and by code and sidecar', async () => {
    server.lines.length = 0;
    const off = { 'sidecar.io/git': 'false', 'sidecar.io/git-repo': 'https://h/r.git' };
    const counted = 'sidecar_injector_warnings_total{code="no-effect",sidecar="git"}';
    const before = await metric(counted);
    await mutate(server.port, review({ ...off, 'sidecar.io/topz': 'true' }));
    await mutate(server.port, review(off));
    await mutate(server.port, review(off, { dryRun: true }));
    expect(server.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn injected',
      'warn unchanged',
      'warn unchanged',
    ]);
    const text = 'metadata.annotations[\'sidecar.io/git-repo\'] has no effect: sidecar.io/git is "false"';
    for (const { fields } of server.lines) expect(fields).toMatchObject({ pod: 'web-', warnings: [text] });
    expect((await metric(counted)) - before).toBe(2);
  });

  it('shows every metric of the table, of the type and with the help it says', async () => {
    const { body, headers } = await get('/metrics');
    expect(headers['content-type']).toMatch('text/plain');
    for (const { name, type, help } of Object.values(metricsTable)) {
      expect(body).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
    }
    expect(body).toContain('sidecar_injector_build_info{version="0.0.0"} 1');
    expect(body).toContain('sidecar_injector_review_duration_seconds_bucket{le="0.000025"}');
    expect(body).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    const own = new Set(Object.values(metricsTable).map(({ name }) => name as string));
    for (const [, name = ''] of body.matchAll(/^# TYPE (sidecar_injector_\S+)/gm)) expect(own).toContain(name);
    expect(body).not.toMatch(/namespace=|pod=/);
  });
});
