// Whoever reaches the port of an exporter must not send it elsewhere: with a password, or on the way into the pod.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureBinaries } from '../cluster/binaries.ts';
import { freePort } from '../ports.ts';
import { type Running, run, until } from '../programs/filesync/program.ts';
import { exporter } from './metrics-containers.ts';

/** What an attacker has: it counts who comes. */
let trap: Server;
let caught: number;
let program: Running | undefined;
beforeEach(async () => {
  caught = 0;
  trap = createServer();
  trap.on('connection', (socket) => {
    caught += 1;
    socket.destroy();
  });
  await new Promise<void>((done) => trap.listen(0, '127.0.0.1', done));
});
afterEach(async () => {
  await program?.stop('SIGKILL');
  trap.close();
});

it('memcached_exporter asks only its target', async () => {
  const { memcached_exporter: path } = await ensureBinaries(['memcached_exporter']);
  const port = await freePort();
  const { args } = exporter({ for: 'memcached', port: String(port) });
  const running = run(path, args);
  program = running;
  await until('it listens', () => running.output().includes('Listening on'));
  const { port: elsewhere } = trap.address() as AddressInfo; // listening on TCP
  for (const path of ['scrape', 'probe', 'metrics'])
    await (await fetch(`http://127.0.0.1:${port}/${path}?target=127.0.0.1:${elsewhere}`)).text();
  expect(caught).toBe(0);
});
