import { Agent } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyLimit } from '../../src/server/read-body.ts';
import { call, git, mutate, type RunningServer, review, startServer, state } from './running-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.drain({ delay: 0, bound: 1000 }));

const json = { 'content-type': 'application/json' };

describe('POST /mutate', () => {
  it('answers a review with a patch', async () => {
    const { status, headers, body } = await mutate(server.port, review(git));
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    const answer = JSON.parse(body);
    expect(answer).toMatchObject({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' });
    expect(answer.response).toMatchObject({
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      allowed: true,
      patchType: 'JSONPatch',
    });
    const patch = JSON.parse(Buffer.from(answer.response.patch, 'base64').toString());
    expect(patch.length).toBeGreaterThan(0);
  });

  it('leaves patch and patchType away when nothing changes', async () => {
    const { response } = JSON.parse((await mutate(server.port, review({}))).body);
    expect(response).toEqual({
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      allowed: true,
      auditAnnotations: { decision: 'unchanged', codes: 'nothing-asked' },
    });
  });

  it('refuses a pod with status 200 and a message, never with a 4xx', async () => {
    const { status, body } = await mutate(server.port, review({ 'sidecar.io/git-repoo': 'x' }));
    expect(status).toBe(200);
    expect(JSON.parse(body).response).toMatchObject({ allowed: false, status: { code: 422 } });
  });

  it('answers text beyond ASCII with its length in bytes', async () => {
    const { body, headers } = await mutate(server.port, review({ ...git, 'sidecar.io/git-period': 'zwölf 🕛' }));
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
    expect(JSON.parse(body).response.status.message).toContain('zwölf 🕛');
  });

  it.each([
    ['no JSON', 'hello', /not JSON/],
    ['nothing', '', /not JSON/],
    ['no review', '{"kind":"Pod"}', /not an AdmissionReview/],
    ['a review of another version', '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1"}', /v1beta1/],
    ['a review without a request', '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}', /no request/],
  ])('answers %s with 400 and a message', async (_, body, message) => {
    const answer = await mutate(server.port, body);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toMatch('text/plain');
    expect(answer.body).toMatch(message);
    expect(answer.body).toMatch(/\.\n$/);
  });

  it.each([
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'Application/JSON',
    'Application/JSON ; q=1',
  ])('takes %s for JSON', async (type) => {
    expect((await mutate(server.port, review(git), { headers: { 'content-type': type } })).status).toBe(200);
  });

  it.each([undefined, 'text/plain', 'application/jsonp', 'application/yaml', 'nonsense'])(
    'answers content type %s with 415',
    async (type) => {
      const answer = await mutate(server.port, review(git), { headers: type ? { 'content-type': type } : {} });
      expect(answer.status).toBe(415);
      expect(answer.body).toMatch('application/json');
    },
  );

  it('takes bodies up to 7 MiB', async () => {
    const empty = review(git, { padding: '' }).length;
    const body = review(git, { padding: 'x'.repeat(bodyLimit - empty) });
    expect(Buffer.byteLength(body)).toBe(7 * 1024 * 1024);
    expect((await mutate(server.port, body)).status).toBe(200);
    const answer = await mutate(server.port, `${body} `);
    expect(answer.status).toBe(413);
    expect(answer.body).toMatch('7340032 bytes');
  });

  it('takes a body in pieces, without a length, split within a character', async () => {
    const bytes = Buffer.from(review({ ...git, 'example.com/note': 'Füße 🚀' }));
    const cut = bytes.indexOf(0xc3) + 1;
    const body = [bytes.subarray(0, cut), 20, bytes.subarray(cut)];
    const answer = await call({ port: server.port, path: '/mutate', method: 'POST', headers: json, body });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body).response.allowed).toBe(true);
  });

  it('answers 504 instead of working when the body came later than the caller waits', async () => {
    let time = 0;
    // Each look is 150 ms after the one before: the headers come at one, the end of the body at the next.
    const slow = await startServer({ clock: () => (time += 150) });
    const text = review(git);
    const late = await mutate(slow.port, text, { path: '/mutate?timeout=100ms' });
    expect(late.status).toBe(504);
    expect(late.body).toMatch(/stopped waiting/);
    expect((await mutate(slow.port, text, { path: '/mutate?timeout=10s' })).status).toBe(200);
    expect((await mutate(slow.port, text, { path: '/mutate?timeout=soon' })).status).toBe(200);
    await slow.drain({ delay: 0, bound: 1000 });
  });

  it('survives a client that goes away in the middle of a body', async () => {
    const headers = { ...json, 'content-length': 1000 };
    const agent = new Agent();
    const gone = mutate(server.port, '', { headers, agent, body: ['{', 50] });
    server.app.server.once('request', () => agent.destroy());
    await expect(gone).rejects.toThrow(/hang up|aborted/);
    expect((await mutate(server.port, review(git))).status).toBe(200);
  });

  it('fails reviews until the cluster is known: with an empty state, pods would start without their sidecars', async () => {
    let reason: string | undefined = 'The cluster has not been listed yet.';
    const early = await startServer({ known: () => reason });
    for (const path of ['/mutate', '/mutate/unlabelled']) {
      const { status, body } = await mutate(early.port, review({}), { path });
      expect([status, body]).toEqual([
        500,
        expect.stringMatching(/^The cluster has not been listed yet\. .* \[lookup-failed\]\n$/),
      ]);
    }
    expect(await mutate(early.port, review({}), { path: '/validate' })).toMatchObject({
      status: 503,
      body: `${reason}\n`,
    });
    reason = undefined;
    for (const path of ['/mutate', '/mutate/unlabelled', '/validate'])
      expect((await mutate(early.port, review(git), { path })).status).toBe(200);
    await early.drain({ delay: 0, bound: 1000 });
  });

  it('turns a defect into a 500 with a message and a stack in the log, and lives on', async () => {
    let broken = true;
    const other = await startServer({
      state: () => {
        if (broken) throw new Error('the state is gone');
        return state;
      },
    });
    const answer = await mutate(other.port, review(git));
    expect(answer.status).toBe(500);
    expect(answer.body).toMatch(/^The injector failed/);
    const [line] = other.lines;
    expect(line?.level).toBe('error');
    expect(line?.fields.err).toMatchObject({ stack: expect.stringContaining('the state is gone') });
    broken = false;
    expect((await mutate(other.port, review(git))).status).toBe(200);
    await other.drain({ delay: 0, bound: 1000 });
  });
});
