// Whoever reaches the port of an exporter must not send it elsewhere: with a password, or on the way into the pod.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureBinaries } from '../cluster/binaries.ts';
import { builtInState } from '../engine/state.ts';
import { freePort } from '../ports.ts';
import { type Running, run, until } from '../programs/filesync/program.ts';
import { exporter } from './metrics-containers.ts';

/** What an attacker has: it counts who comes. */
let trap: Server;
let caught: number;
let programs: Running[];
beforeEach(async () => {
  caught = 0;
  programs = [];
  trap = createServer();
  trap.on('connection', (socket) => {
    caught += 1;
    socket.destroy();
  });
  await new Promise<void>((done) => trap.listen(0, '127.0.0.1', done));
});
afterEach(async () => {
  await Promise.all(programs.map((each) => each.stop('SIGKILL')));
  trap.close();
});

/** Runs a container, as it is in the pod, and waits until it listens. */
async function start(path: string, args: readonly string[], env = process.env): Promise<void> {
  const program = run(path, args, { env });
  programs.push(program);
  await until('it listens', () => /listening/i.test(program.output()));
}

/** What a server answers that is asked for other targets, by path. */
async function tryElsewhere(port: number): Promise<Record<string, number>> {
  const { port: elsewhere } = trap.address() as AddressInfo; // listening on TCP
  const ask = async (path: string) =>
    [path, (await fetch(`http://127.0.0.1:${port}/${path}?target=127.0.0.1:${elsewhere}`)).status] as const;
  return Object.fromEntries(await Promise.all(['metrics', 'probe', 'scrape', ''].map(ask)));
}

it('memcached_exporter asks only its target', async () => {
  const { memcached_exporter: path } = await ensureBinaries(['memcached_exporter']);
  const port = await freePort();
  await start(path, exporter({ for: 'memcached', port: String(port) }).args);
  expect(await tryElsewhere(port)).toMatchObject({ metrics: 200, scrape: 404 });
  expect(caught).toBe(0);
});

it.each(['mysql', 'postgres'] as const)('the exporter of %s asks only its target', async (kind) => {
  const name = ({ mysql: 'mysqld_exporter', postgres: 'postgres_exporter' } as const)[kind];
  const path = (await ensureBinaries([name]))[name];
  const [port, own] = [await freePort(), await freePort()];
  const settings = { for: kind, port: String(port), 'exporter-port': String(own) };
  const env = { ...process.env, MYSQLD_EXPORTER_PASSWORD: 'S3cret', DATA_SOURCE_URI: '127.0.0.1:1/postgres' };
  await start(path, exporter(settings).args, env);
  const gate = exporter(settings, builtInState, 'sidecar-metrics-gate');
  await start(process.execPath, [new URL('../../src/main/onlymetrics.ts', import.meta.url).pathname, ...gate.args]);
  expect(await tryElsewhere(port)).toEqual({ metrics: 200, probe: 404, scrape: 404, '': 200 });
  expect(caught).toBe(0);
  await tryElsewhere(own);
  expect(caught, 'which it would without the gate').toBeGreaterThan(0);
});
