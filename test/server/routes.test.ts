import { connect } from 'node:tls';
import { applyPatch } from 'fast-json-patch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventNote } from '../../src/core/event.ts';
import { metricsTable } from '../../src/telemetry/metrics-table.ts';
import { template } from '../api-server/cluster-templates.ts';
import { authority, call, git, mutate, type RunningServer, review, startServer } from './running-server.ts';

let server: RunningServer;
let reason: string | undefined;
const events: EventNote[] = [];
beforeAll(async () => {
  server = await startServer({ ready: () => reason, events: (note) => void events.push(note) });
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
    expect((await mutate(server.port, review(git))).status, 'clients with open connections are not let down').toBe(200);
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
      '/inject does not exist. Paths: /mutate, /mutate/unlabelled, /mutate/objects, /validate, /validate/deletion, /healthz, /readyz, /metrics.\n',
    );
    const headers = { 'content-type': 'application/xml' };
    expect((await call({ port: server.port, path: '/x', method: 'POST', headers, body: ['<x/>'] })).status).toBe(404);
  });

  it('shows its state for support only where that is set', async () => {
    expect((await get('/debug/state')).status).toBe(404);
    const open = await startServer({ debug: () => ({ version: '1.2.3', template: 'zähler' }) });
    const { status, body } = await call({ port: open.port, path: '/debug/state' });
    expect([status, JSON.parse(body)]).toEqual([200, { version: '1.2.3', template: 'zähler' }]);
    const posted = await call({ port: open.port, path: '/debug/state', method: 'POST' });
    expect([posted.status, posted.body]).toEqual([405, '/debug/state supports GET, HEAD, not POST.\n']);
    await open.drain({ delay: 0, bound: 1000 });
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
    await mutate(server.port, review({ 'sidecar.io/git-repoo': 'x', 'sidecar.io/git-reff': 'x' }, { dryRun: true }));
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

  it('says in the log and in an Event why a pod is refused, and who controls it', async () => {
    server.lines.length = 0;
    events.length = 0;
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-5d8f', uid: 'u1', controller: true };
    const metadata = {
      generateName: 'web-5d8f-',
      annotations: { 'sidecar.io/git-repo': 'https://h/r', 'sidecar.io/git-period': 'soon' },
      ownerReferences: [{ ...owner, controller: false, name: 'other' }, owner],
    };
    const object = { metadata, spec: { containers: [{ name: 'web' }] } };
    await mutate(server.port, review({}, { object, dryRun: true }));
    expect(events, 'a dry run has no effect').toEqual([]);
    await mutate(server.port, review({}, { object }));
    const text =
      /^metadata\.annotations\['sidecar\.io\/git-period'\]: "soon" is not a duration\. Write .*\[bad-duration\]$/;
    const [line] = server.lines;
    expect(line?.fields).toMatchObject({ owner: 'ReplicaSet/web-5d8f', problems: [expect.stringMatching(text)] });
    const { controller, ...regarding } = owner;
    expect(events).toEqual([
      { namespace: 'shop', regarding, reason: 'SidecarRefused', note: expect.stringMatching(text) },
    ]);
  });

  it('says where the settings of a pod with warnings come from', async () => {
    server.lines.length = 0;
    events.length = 0;
    await mutate(server.port, review({ ...git, 'sidecar.io/topz': 'false', 'sidecar.io/topz-port': '2000' }));
    const warning = 'metadata.annotations[\'sidecar.io/topz-port\'] has no effect: sidecar.io/topz is "false"';
    expect(server.lines.map(({ fields }) => fields)).toMatchObject([
      { sources: { git: "metadata.annotations['sidecar.io/git-repo']" }, warnings: [warning] },
    ]);
    expect(events).toMatchObject([
      { regarding: { kind: 'Pod', name: 'web-', uid: '' }, reason: 'SidecarWarning', note: warning },
    ]);
  });

  it('counts a pod that is reviewed again once', async () => {
    const names = [
      'sidecar_injector_reviews_total{outcome="injected"}',
      'sidecar_injector_reviews_total{outcome="reinvoked"}',
      'sidecar_injector_reviews_total{outcome="unchanged"}',
      'sidecar_injector_sidecars_total{sidecar="topz"}',
    ];
    const before = await Promise.all(names.map(metric));
    const topz = { 'sidecar.io/topz': 'true' };
    const { response } = JSON.parse((await mutate(server.port, review(topz))).body);
    const operations = JSON.parse(Buffer.from(response.patch, 'base64').toString());
    const pod = JSON.parse(review(topz)).request.object;
    const injected = applyPatch(pod, operations).newDocument;
    await mutate(server.port, review({}, { object: injected }));
    // Another webhook has added a container since: this time there is something to add to the pod.
    const more = { ...injected, spec: { ...injected.spec, shareProcessNamespace: undefined } };
    const again = JSON.parse((await mutate(server.port, review({}, { object: more }))).body);
    expect(again.response.patch).toBeDefined();
    const after = await Promise.all(names.map(metric));
    expect(after.map((value, i) => value - (before[i] ?? 0))).toEqual([1, 2, 0, 1]);
  });

  it('has the trace that the API server is part of', async () => {
    server.lines.length = 0;
    const headers = { 'content-type': 'application/json' };
    for (const traceparent of [
      '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      '00-x',
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    ])
      await mutate(server.port, review(git), { headers: { ...headers, traceparent } });
    expect(server.lines.map(({ fields }) => fields.trace)).toEqual([
      '4bf92f3577b34da6a3ce929d0e0e4736',
      undefined,
      undefined,
    ]);
  });

  it('has a line for each review of a template, and counts it', async () => {
    server.lines.length = 0;
    const counted = (operation: string, outcome: string) =>
      `sidecar_injector_template_reviews_total{operation="${operation}",outcome="${outcome}"}`;
    const resource = { group: 'sidecar.io', resource: 'clustersidecartemplates' };
    const check = (operation: string, object: object | null) =>
      mutate(server.port, review({}, { operation, name: 'vault', resource, object }), { path: '/validate' });
    await check('CREATE', template('vault'));
    await check('UPDATE', template('vault', { order: { after: ['nobody'] } }));
    await check('CREATE', template('vault', { containers: 'x' }));
    await check('CONNECT', null);
    const policy = { group: 'sidecar.io', resource: 'sidecarpolicies' };
    const review_ = review({}, { operation: 'DELETE', name: 'shop', resource: policy, object: null });
    await mutate(server.port, review_, { path: '/validate' });
    expect(server.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'info a template is allowed',
      'warn a template is warned',
      'warn a template is refused',
      'info a template is allowed',
      'info a policy is allowed',
    ]);
    expect(server.lines[4]?.fields).toMatchObject({ policy: 'shop', operation: 'DELETE' });
    expect(server.lines[2]?.fields).toMatchObject({
      ...{ template: 'vault', operation: 'CREATE' },
      messages: [expect.stringMatching(/^spec\.containers: /)],
    });
    expect(await metric(counted('CREATE', 'allowed'))).toBe(1);
    expect(await metric(counted('UPDATE', 'warned'))).toBe(1);
    expect(await metric(counted('CREATE', 'refused'))).toBe(1);
    expect(await metric(counted('other', 'allowed'))).toBe(1);
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
