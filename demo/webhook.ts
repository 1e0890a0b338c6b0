import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../test/ports.ts';

/** An answer of the webhook, and how long it took from the first byte sent to the last received, in milliseconds. */
export interface TimedAnswer {
  readonly status: number;
  readonly body: string;
  readonly milliseconds: number;
}

/** The real server, as `npm start` runs it, with certificates made on the spot. */
export interface Webhook {
  readonly url: string;
  readonly ca: string;
  /** The number of its process. */
  readonly pid: number;
  /** Sends a review: to `/mutate`, or to another path. */
  post(body: string, path?: string): Promise<TimedAnswer>;
  stop(): Promise<void>;
}

/**
 * Starts the server, from its sources or as another `program`, on a free port of loopback; returns when it is ready.
 * `options` may need its address. Replicas of one server share the `folder` of its certificates.
 */
export async function startWebhook(
  options: readonly string[] | ((origin: string) => readonly string[]) = [],
  nodeOptions: readonly string[] = [],
  program = join(import.meta.dirname, '..', 'src', 'main', 'serve.ts'),
  folder = mkdtempSync(join(tmpdir(), 'sidecar-demo-')),
): Promise<Webhook> {
  const port = await freePort();
  const flags = [
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--certs-folder',
    folder,
    '--log-level',
    'error',
    '--drain-delay',
    '0s',
  ];
  const origin = `https://127.0.0.1:${port}`;
  const given = typeof options === 'function' ? options(origin) : options;
  const server = spawn(process.execPath, [...nodeOptions, program, ...flags, ...given], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  // Another replica may be writing into it.
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', () => {
    server.kill('SIGKILL');
    remove();
  });
  const ask = async (path: string, body?: string) =>
    call(port, path, readFileSync(join(folder, 'ca.crt'), 'utf8'), body);
  for (let attempt = 0; ; attempt++) {
    if (server.exitCode !== null) throw new Error(`the server ended with code ${server.exitCode}`);
    const ready = await ask('/readyz').catch(() => undefined);
    if (ready?.status === 200) break;
    if (attempt > 1200) throw new Error('the server is not ready after two minutes');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url: `${origin}/mutate`,
    ca: join(folder, 'ca.crt'),
    pid: server.pid ?? 0,
    post: (body, path = '/mutate') => ask(`${path}?timeout=10s`, body),
    async stop() {
      server.kill('SIGTERM');
      await ended;
      remove();
    },
  };
}

function call(port: number, path: string, ca: string, body?: string): Promise<TimedAnswer> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const method = body === undefined ? 'GET' : 'POST';
    const asked = request({ host: '127.0.0.1', port, path, method, ca, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: text, milliseconds: performance.now() - start });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
