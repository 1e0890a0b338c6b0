import type { Server } from 'node:https';
import type { FastifyError, FastifyInstance } from 'fastify';
import { answerReview } from '../admission/answer-review.ts';
import { answerTemplateReview } from '../admission/answer-template-review.ts';
import type { ServerDeps } from './deps.ts';
import type { Drain } from './drain.ts';
import { createSend } from './reply.ts';
import { acceptReviews, addReviewRoute, bodyLimit } from './reviews.ts';

/** Every path and its methods. */
const routes: Readonly<Record<string, string>> = {
  '/mutate': 'POST',
  '/validate': 'POST',
  '/healthz': 'GET, HEAD',
  '/readyz': 'GET, HEAD',
  '/metrics': 'GET, HEAD',
};

/** What to answer where fastify refuses a request; the status is fastify's. */
const messages: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: `The body is larger than ${bodyLimit} bytes.`,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Send an AdmissionReview with Content-Type: application/json.',
};

/** Adds all routes: reviews, health, readiness, metrics, and answers to every other request. */
export function addRoutes(app: FastifyInstance<Server>, deps: ServerDeps, drain: Drain): void {
  const { ready, log, metrics } = deps;
  const send = createSend(metrics, drain);
  app.removeAllContentTypeParsers();
  acceptReviews(app);
  addReviewRoute(app, '/mutate', answerReview, deps, send);
  addReviewRoute(app, '/validate', answerTemplateReview, deps, send);

  app.get('/healthz', (_request, reply) => send(reply, 200, 'ok\n'));
  app.get('/readyz', (_request, reply) => {
    const reason = drain.closing ? 'The server is shutting down.' : ready();
    send(reply, reason === undefined ? 200 : 503, `${reason ?? 'ok'}\n`);
  });
  app.get('/metrics', async (_request, reply) => {
    const text = await metrics.text();
    send(reply, 200, text, metrics.contentType);
    return reply;
  });

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = routes[path];
    if (allowed === undefined) send(reply, 404, `${path} does not exist. Paths: ${Object.keys(routes).join(', ')}.\n`);
    else send(reply.header('allow', allowed), 405, `${path} supports ${allowed}, not ${request.method}.\n`);
  });
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ err: error }, 'a request failed: this is a defect of the program');
    const message = status >= 500 ? 'The injector failed. See its log.' : (messages[error.code] ?? error.message);
    send(reply, status, `${message}\n`);
  });
}
