// How the suites reach a port of a pod: directly where this machine is in the cluster's network, else through kubectl.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '../target.ts';
import { openPortForward } from './port-forward.ts';
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
export async function openSite(target: Target, pod: Pod, port: number, seconds = 180): Promise<Site> {
  const way = target.provider === 'node' ? direct(pod, port) : await openPortForward(target, pod, port);
  const site: Site = {
    ...way,
    async get(path, headers = {}) {
      const ask = () =>
        fetch(new URL(path, way.url), {
          ...{ headers: { ...headers, connection: 'close' }, signal: AbortSignal.timeout(60_000) },
        });
      const response = target.provider === 'node' ? await ask() : await onceForwarded(ask);
      const type = response.headers.get('content-type') ?? '';
      return { status: response.status, type, body: await response.text() };
    },
  };
  await until(`something answers at port ${port}`, () => site.get('/'), { seconds, every: 100 });
  return site;
}

/** Asks again while kubectl, which forwards the port, is being started anew: then nobody listens on this machine. */
async function onceForwarded(ask: () => Promise<Response>): Promise<Response> {
  for (const end = performance.now() + 60_000; ; await sleep(100)) {
    try {
      return await ask();
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as { readonly code?: string }; // of the system call that failed
      if (code !== 'ECONNREFUSED' || performance.now() > end) throw error;
    }
  }
}

function direct({ status }: Pod, port: number) {
  return { url: `http://${status.podIP}:${port}`, close() {} };
}
