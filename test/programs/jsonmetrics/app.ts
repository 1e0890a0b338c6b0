import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../../ports.ts';
import { type Running, run, until } from '../filesync/program.ts';

const main = new URL('../../../src/main/jsonmetrics.ts', import.meta.url).pathname;

/** As the sidecar bounds it. */
export const heap = ['--max-semi-space-size=2', '--max-old-space-size=64'];

export const jsonmetrics = (...args: readonly string[]): Running => run(process.execPath, [...heap, main, ...args]);

export interface App {
  readonly url: string;
  /** What was asked, in order. */
  readonly asked: readonly string[];
  answer(how: (request: IncomingMessage, response: ServerResponse) => void): void;
  close(): void;
}

/** An app on loopback; it answers with an empty object until it is told otherwise. */
export async function startApp(): Promise<App> {
  const asked: string[] = [];
  let respond = (_: IncomingMessage, response: ServerResponse): void => void response.end('{}');
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    respond(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // listening on TCP
  return {
    ...{ url: `http://127.0.0.1:${port}/stats?all=1`, asked },
    answer(how) {
      respond = how;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The program as it listens: its address, and itself. */
export async function startExporter(target: string, ...args: readonly string[]) {
  const port = await freePort();
  const program = jsonmetrics(`--target=${target}`, `--web.listen-address=127.0.0.1:${port}`, ...args);
  await until('it listens', () => program.output().includes('listening') || program.output().includes('rror'));
  return { url: `http://127.0.0.1:${port}`, program };
}
