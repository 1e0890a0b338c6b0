import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type FastifyInstance, fastify } from 'fastify';
import { answerReview } from '../admission/answer-review.ts';
import { answerTemplateReview } from '../admission/answer-template-review.ts';
import { clientErrorHandler } from './client-error.ts';
import type { ServerDeps, TlsPair } from './deps.ts';
import { createDrain, type DrainTimes } from './drain.ts';
import { addPlainRoutes } from './plain-routes.ts';
import { reviewHandler } from './review-handler.ts';
import { secureContext, tellHandshakeErrors } from './tls.ts';

const second = 1000;

export interface InjectorServer {
  /** Not listening yet: call `app.listen`. */
  readonly app: FastifyInstance<Server>;
  /** New connections get the new certificate, open ones stay as they are. */
  readonly useCertificate: (pair: TlsPair) => void;
  /** Ends the server without losing a request. */
  readonly drain: (times: DrainTimes) => Promise<void>;
}

/** The webhook as an HTTPS server. */
export function buildServer(deps: ServerDeps): InjectorServer {
  const server = createServer({
    ...secureContext(deps.tls),
    handshakeTimeout: 10 * second,
    headersTimeout: 10 * second,
    connectionsCheckingInterval: 5 * second,
    // The API server closes connections that were idle for 90 s; were we first, a request could cross with our end of it.
    keepAliveTimeout: 95 * second,
    // The API server waits for 30 s at most.
    requestTimeout: 35 * second,
  });
  const drain = createDrain(server);
  const mutate = reviewHandler(answerReview, deps, drain.closing);
  const validate = reviewHandler(answerTemplateReview, deps, drain.closing);
  const app = fastify({
    https: {},
    serverFactory(others) {
      // The way of every pod goes past fastify: its router, request and reply cost as much as finding the sidecars of a pod.
      return server.on('request', (request, response) => {
        if (isPost(request, '/mutate')) mutate(request, response);
        else if (isPost(request, '/validate')) validate(request, response);
        else others(request, response);
      });
    },
    logger: false,
    genReqId: () => '',
    return503OnClosing: false,
    clientErrorHandler: clientErrorHandler(deps.log, deps.metrics),
  });
  app.removeAllContentTypeParsers();
  addPlainRoutes(app, deps, drain.closing);

  tellHandshakeErrors(server, deps.log, deps.metrics, deps.clock);
  return {
    app,
    useCertificate: (pair) => server.setSecureContext(secureContext(pair)),
    async drain(times) {
      await drain.run(times);
      await app.close();
    },
  };
}

function isPost({ method, url }: IncomingMessage, path: string): boolean {
  return method === 'POST' && (url === path || url?.startsWith(`${path}?`) === true);
}
