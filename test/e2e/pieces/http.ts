// How the suites reach a port of a pod: directly where this machine is in the cluster's network, else through kubectl.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Target } from '../target.ts';
import type { Pod } from './shapes.ts';
import { until } from './until.ts';

export interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface Site {
  readonly url: string;
  /** By a connection of its own: one that is kept may be closed by the server just when it is used again. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Page>;
  close(): void;
}

/**
 * Opens a way to the port, and waits until something answers there, so many seconds at most: an app without a probe is
 * Ready before it listens.
 */
export async function openSite(target: Target, pod: Pod, port: number, seconds = 60): Promise<Site> {
  const way = target.provider === 'node' ? direct(pod, port) : await forwarded(target, pod, port);
  const site: Site = {
    ...way,
    async get(path, headers = {}) {
      const response = await fetch(new URL(path, way.url), {
        ...{ headers: { ...headers, connection: 'close' }, signal: AbortSignal.timeout(10_000) },
      });
      const type = response.headers.get('content-type') ?? '';
      return { status: response.status, type, body: await response.text() };
    },
  };
  await until(`something answers at port ${port}`, () => site.get('/'), { seconds, every: 100 });
  return site;
}

function direct({ status }: Pod, port: number) {
  return { url: `http://${status.podIP}:${port}`, close() {} };
}

async function forwarded({ programs, kubeconfig }: Target, { metadata }: Pod, port: number) {
  const place = ['-n', metadata.namespace, `pod/${metadata.name}`, `:${port}`];
  const child = spawn(programs.kubectl, ['--kubeconfig', kubeconfig, 'port-forward', ...place], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) {
    const own = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (own) return { url: `http://127.0.0.1:${own}`, close: () => void child.kill() };
  }
  throw new Error(`kubectl port-forward to ${metadata.name}:${port} ended`);
}
