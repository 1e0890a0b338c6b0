import type { Server } from 'node:https';
import type { FastifyError, FastifyInstance } from 'fastify';
import { asciiJson } from '../core/json.ts';
import type { ServerDeps } from './deps.ts';
import type { Drain } from './drain.ts';
import type { Send } from './reply.ts';

/** Every path and its methods; `/debug/state` is there only with debug on. */
const routes: Readonly<Record<string, string>> = {
  '/mutate': 'POST',
  '/mutate/unlabelled': 'POST',
  '/mutate/objects': 'POST',
  '/validate': 'POST',
  '/validate/deletion': 'POST',
  '/healthz': 'GET, HEAD',
  '/readyz': 'GET, HEAD',
  '/metrics': 'GET, HEAD',
};

/**
 * Adds the routes that are seldom asked: health, readiness, metrics, and answers to every other request but reviews.
 */
export function addRoutes(
  app: FastifyInstance<Server>,
  { ready, log, metrics, debug }: ServerDeps,
  drain: Drain,
  send: Send,
): void {
  app.removeAllContentTypeParsers();
  app.get('/healthz', (_request, reply) => send(reply.hijack().raw, 200, 'ok\n'));
  app.get('/readyz', (_request, reply) => {
    const reason = drain.closing ? 'The server is shutting down.' : ready();
    send(reply.hijack().raw, reason === undefined ? 200 : 503, `${reason ?? 'ok'}\n`);
  });
  app.get('/metrics', async (_request, reply) => {
    const text = await metrics.text();
    send(reply.hijack().raw, 200, text, metrics.contentType);
  });

  if (debug)
    app.get('/debug/state', (_request, reply) => {
      send(reply.hijack().raw, 200, `${asciiJson(debug(), 2)}\n`, 'application/json');
    });

  const known = debug ? { ...routes, '/debug/state': 'GET, HEAD' } : routes;
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = known[path];
    if (allowed === undefined)
      send(reply.hijack().raw, 404, `${path} does not exist. Paths: ${Object.keys(known).join(', ')}.\n`);
    else {
      reply.raw.setHeader('Allow', allowed);
      send(reply.hijack().raw, 405, `${path} supports ${allowed}, not ${request.method}.\n`);
    }
  });
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ err: error }, 'a request failed: this is a defect of the program');
    const message = status >= 500 ? 'The injector failed. See its log.' : error.message;
    send(reply.hijack().raw, status, `${message}\n`);
  });
}
