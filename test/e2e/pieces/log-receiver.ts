// Stands where Loki would be: takes what is pushed as Loki does, and can be away for a while.
import type { Target } from '../target.ts';
import { openSite, type Site } from './http.ts';
import { readyPod } from './pods.ts';
import { serverPod, service } from './server-pod.ts';

/**
 * `/away?seconds=30` closes the port for so long, `/full` and `/free` say whether lines are taken; `/lines` and
 * `/labels` tell what has arrived.
 */
const script = `
  const lines = [], labels = [];
  let full = false;
  const take = (text) => {
    for (const { stream, values } of JSON.parse(text).streams) {
      labels.push(stream);
      for (const [time, line] of values) {
        if (!/^[0-9]{19}$/.test(time)) throw new Error('not a time: ' + time);
        lines.push(line);
      }
    }
  };
  const server = require('http').createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://loki');
    if (pathname === '/away') {
      response.end('away');
      setTimeout(() => { server.close(); server.closeAllConnections(); }, 100);
      setTimeout(() => server.listen(3100), 1000 * searchParams.get('seconds'));
    } else if (pathname === '/full' || pathname === '/free') {
      full = pathname === '/full';
      response.end();
    } else if (request.method === 'GET') {
      response.end(pathname === '/lines' ? lines.map((line) => line + '\\n').join('') : JSON.stringify(labels.at(-1) ?? {}));
    } else {
      let text = '';
      request.setEncoding('utf8').on('data', (part) => { text += part; });
      request.on('end', () => {
        if (pathname !== '/loki/api/v1/push') return response.writeHead(404).end();
        if (full) return response.writeHead(503).end();
        take(text);
        response.writeHead(204).end();
      });
    }
  });
  server.listen(3100);
`;

export interface LogReceiver {
  lines(): Promise<string>;
  labels(): Promise<unknown>;
  /** Whether it takes what is pushed; else it answers 503. */
  take(willing: boolean): Promise<void>;
  close(): void;
}

/** Starts it in the namespace, as the Service `loki`. */
export async function startLogReceiver(target: Target, namespace: string): Promise<LogReceiver> {
  await target.apply(namespace, serverPod('loki', script), service('loki', 3100, { selector: { edition: 'loki' } }));
  const site: Site = await openSite(target, await readyPod(target, namespace), 3100);
  return {
    lines: async () => (await site.get('/lines')).body,
    labels: async () => JSON.parse((await site.get('/labels')).body),
    take: async (willing) => void (await site.get(willing ? '/free' : '/full')),
    close: () => site.close(),
  };
}
