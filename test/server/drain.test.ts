import { once } from 'node:events';
import { Agent } from 'node:https';
import { describe, expect, it } from 'vitest';
import { type Answer, call, git, mutate, review, startServer } from './running-server.ts';

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const body = review(git);

describe.concurrent('drain', () => {
  it('loses no request of busy and idle keep-alive connections, and answers none with 503', async () => {
    const server = await startServer();
    const busy = new Agent({ keepAlive: true, maxSockets: 8 });
    const idle = new Agent({ keepAlive: true, maxSockets: 4 });
    await Promise.all(Array.from({ length: 4 }, () => mutate(server.port, body, { agent: idle })));
    while (Object.values(idle.freeSockets).flat().length < 4) await wait(10);

    const answers: Answer[] = [];
    let routed = true;
    const client = async () => {
      while (routed) answers.push(await mutate(server.port, body, { agent: busy }));
    };
    const clients = Promise.all(Array.from({ length: 8 }, client));
    clients.catch(() => {}); // told below
    while (answers.length <= 8) await wait(10);
    const before = answers.length;
    const drained = server.drain({ delay: 6000, bound: 30_000 });
    while (answers.length <= before + 16) await wait(10);
    // Connections that were idle until now are used once more, in the middle of the drain.
    const revived = await Promise.all(Array.from({ length: 2 }, () => mutate(server.port, body, { agent: idle })));
    routed = false; // the rest of the cluster knows
    await clients;
    const start = performance.now();
    await drained;

    expect([...answers, ...revived].filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.slice(before + 8).every(({ headers }) => headers.connection === 'close')).toBe(true);
    expect(revived.every(({ headers }) => headers.connection === 'close')).toBe(true);
    expect(performance.now() - start, 'nobody waits for idle connections').toBeLessThan(20_000);
    while (Object.values(idle.freeSockets).flat().length > 0) await wait(10);
    await expect(call({ port: server.port, path: '/healthz' })).rejects.toThrow(/ECONNREFUSED/);
  });

  it('answers a request whose body is still arriving when listening ends', async () => {
    const server = await startServer();
    const agent = new Agent({ keepAlive: true });
    const arriving = once(server.app.server, 'request');
    const slow = mutate(server.port, body, { agent, body: [body.slice(0, 50), 500, body.slice(50)] });
    await arriving;
    const drained = server.drain({ delay: 50, bound: 5000 });
    const { status, headers } = await slow;
    expect(status).toBe(200);
    expect(headers.connection).toBe('close');
    await drained;
  });

  it('is not ready, but alive, while it drains, and closes every connection after its answer', async () => {
    const server = await startServer();
    const drained = server.drain({ delay: 5000, bound: 1000 });
    for (const [path, status] of [
      ['/readyz', 503],
      ['/healthz', 200],
      ['/metrics', 200],
      ['/nothing', 404],
    ] as const) {
      const answer = await call({ port: server.port, path, agent: new Agent({ keepAlive: true }) });
      expect([answer.status, answer.headers.connection]).toEqual([status, 'close']);
    }
    expect((await call({ port: server.port, path: '/readyz' })).body).toBe('The server is shutting down.\n');
    await drained;
  });

  it('ends within its bound whatever a client does', async () => {
    const server = await startServer();
    const headers = { 'content-type': 'application/json', 'content-length': 1_000_000 };
    const arriving = once(server.app.server, 'request');
    const stuck = mutate(server.port, '', { headers, body: ['{', 10_000] });
    stuck.catch(() => undefined);
    await arriving;
    const start = performance.now();
    await server.drain({ delay: 0, bound: 300 });
    expect(performance.now() - start).toBeLessThan(9000);
    await expect(stuck).rejects.toThrow();
  });
});
