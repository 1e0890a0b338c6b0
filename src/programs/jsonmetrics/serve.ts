import { createServer, type Server } from 'node:http';
import type { Answer } from './ask.ts';
import type { Metric } from './settings.ts';
import { textOf } from './text.ts';

export type Say = (level: 'info' | 'warn', message: string, fields?: object) => void;

/** Serves /metrics, asking the app each time, and / whatever the app does. What goes wrong is logged once. */
export function createPage(metrics: readonly Metric[], ask: () => Promise<Answer>, say: Say): Server {
  let complaint = '';

  function note(answer: Answer): void {
    const failure = 'failure' in answer ? answer.failure : '';
    if (failure === complaint) return;
    complaint = failure;
    if (failure) say('warn', 'the app gives no figures', { why: failure });
    else say('info', 'the app gives figures again');
  }

  return createServer(async ({ method, url = '' }, response) => {
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    const [path] = url.split('?');
    if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end();
    else if (path === '/') response.end('The figures are at /metrics.\n');
    else if (path !== '/metrics') response.writeHead(404).end('The figures are at /metrics.\n');
    else {
      const answer = await ask();
      note(answer);
      response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
      response.end(textOf(metrics, answer));
    }
  });
}
