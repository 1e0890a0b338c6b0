import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type FastifyInstance, fastify } from 'fastify';
import { limitConnections } from '../network/connections.ts';
import { createObjectAnswers, createPodAnswers, createTemplateAnswers } from './answers.ts';
import { clientErrorHandler } from './client-error.ts';
import { createDeletionAnswers } from './deletions.ts';
import type { ServerDeps, TlsPair } from './deps.ts';
import { createDrain, type DrainTimes } from './drain.ts';
import { createBodyReader } from './read-body.ts';
import { createSend } from './reply.ts';
import { reviewHandler } from './reviews.ts';
import { addRoutes } from './routes.ts';
import { isAuthorized, logHandshakeErrors, secureContext } from './tls.ts';

const second = 1000;

/** The API server opens one for each review at a time. Each takes some 60 KiB. */
const maxConnections = 1000;

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
    ...secureContext(deps.tls, deps.clientCa),
    ...(deps.clientCa === undefined ? {} : { requestCert: true, rejectUnauthorized: false }),
    handshakeTimeout: 10 * second,
    headersTimeout: 10 * second,
    connectionsCheckingInterval: 5 * second,
    // The API server closes connections after 90 s without a request. If the server closed one first, a request could
    // be lost.
    keepAliveTimeout: 95 * second,
    // The API server waits for 30 s at most.
    requestTimeout: 35 * second,
  });
  limitConnections(server, maxConnections);
  const drain = createDrain(server);
  const readBody = createBodyReader();
  const send = createSend(deps.metrics, drain);
  const reviews: Readonly<Record<string, RequestListener>> = {
    '/mutate': reviewHandler(createPodAnswers(deps, 'current'), deps, send, readBody),
    '/mutate/unlabelled': reviewHandler(createPodAnswers(deps, 'known'), deps, send, readBody),
    '/mutate/objects': reviewHandler(createObjectAnswers(deps), deps, send, readBody),
    '/validate': reviewHandler(createTemplateAnswers(deps), deps, send, readBody),
    '/validate/deletion': reviewHandler(createDeletionAnswers(deps), deps, send, readBody),
  };
  const app = fastify({
    https: {},
    serverFactory: (others) =>
      server.on('request', (request, response) => {
        const review = request.method === 'POST' ? reviews[request.url?.split('?', 1)[0] ?? ''] : undefined;
        if (!review) others(request, response);
        else if (deps.clientCa === undefined || isAuthorized(request)) review(request, response);
        else send(response, 403, 'Reviews are answered to clients with a certificate of the client CA only.\n');
      }),
    logger: false,
    return503OnClosing: false,
    clientErrorHandler: clientErrorHandler(deps.log, deps.metrics),
  });
  addRoutes(app, deps, drain, send);

  logHandshakeErrors(server, deps.log, deps.metrics, deps.clock);
  return {
    app,
    useCertificate: (pair) => server.setSecureContext(secureContext(pair, deps.clientCa)),
    async drain(times) {
      await drain.run(times);
      await app.close();
    },
  };
}
