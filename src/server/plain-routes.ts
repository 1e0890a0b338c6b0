import type { Server } from 'node:https';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ServerDeps } from './deps.ts';

/** Every path and the methods it answers. */
export const routes: Readonly<Record<string, string>> = {
  '/mutate': 'POST',
  '/validate': 'POST',
  '/healthz': 'GET, HEAD',
  '/readyz': 'GET, HEAD',
  '/metrics': 'GET, HEAD',
};

/** The routes that are not asked often: health, readiness, metrics, and what to say to everything else. */
export function addPlainRoutes(app: FastifyInstance<Server>, deps: ServerDeps, closing: () => boolean): void {
  const { ready, log, metrics } = deps;

  app.addHook('onSend', async (_request, reply) => {
    if (closing()) reply.header('connection', 'close');
    if (reply.statusCode >= 400) metrics.httpError(reply.statusCode);
  });

  app.get('/healthz', (_request, reply) => say(reply, 200, 'ok'));

  app.get('/readyz', (_request, reply) => {
    const reason = closing() ? 'The server is shutting down.' : ready();
    say(reply, reason === undefined ? 200 : 503, reason ?? 'ok');
  });

  app.get('/metrics', async (_request, reply) => {
    reply.header('content-type', metrics.contentType);
    return metrics.text();
  });

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = routes[path];
    if (allowed === undefined) say(reply, 404, `There is no ${path} here, only ${Object.keys(routes).join(', ')}.`);
    else say(reply.header('allow', allowed), 405, `${path} answers ${allowed}, not ${request.method}.`);
  });

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ err: error }, 'a request could not be answered: a defect of the program');
    say(reply, status, status >= 500 ? 'The injector failed: its log says where.' : error.message);
  });
}

function say(reply: FastifyReply<never, Server> | FastifyReply, status: number, message: string): void {
  reply.code(status).type('text/plain; charset=utf-8').send(`${message}\n`);
}
