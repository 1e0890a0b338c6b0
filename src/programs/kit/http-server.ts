import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { limitConnections } from '../../network/connections.ts';
import type { Address } from './kinds.ts';

export interface Request {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Whether the client asks for the headers alone. */
  readonly head: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Connections at the same time. */
const connectionsMax = 512;

/** Sent with every answer. */
export const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

const plain = { 'content-type': 'text/plain; charset=utf-8' };

/**
 * A server that refuses everything but GET and HEAD. Where `answer` gives nothing, it has written the response itself.
 */
export function createReadOnlyServer(
  answer: (request: Request, response: ServerResponse) => Promise<Answer | undefined>,
): Server {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 15_000 }, (incoming, response) => {
    const { method, url = '', headers } = incoming;
    const [path = '', query] = url.split('?', 2);
    const head = method === 'HEAD';
    if (!head && method !== 'GET')
      send(response, { status: 405, headers: { ...plain, allow: 'GET, HEAD' }, body: 'Use GET or HEAD.\n' }, head);
    else
      answer({ path, query: new URLSearchParams(query), headers, head }, response).then(
        (given) => given && send(response, given, head),
        () => response.destroy(),
      );
  });
  limitConnections(server, connectionsMax);
  return server;
}

function send(response: ServerResponse, { status, headers, body }: Answer, head: boolean): void {
  response.writeHead(status, { ...safeHeaders, ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(head ? undefined : body);
}

/** An answer in plain text. */
export const plainAnswer = (status: number, body: string): Answer => ({ status, headers: plain, body });

/**
 * Listens, and gives the URL of the server. `flag` is the one that sets the address. Rejects where it cannot listen.
 */
export function listen(server: Server, { host, port }: Address, flag: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const fix = taken
        ? ` Another container of the pod listens there. Choose another port with ${flag}, or for a sidecar with its annotation, such as sidecar.io/topz-port.`
        : '';
      reject(new Error(`Cannot listen on ${host ?? ''}:${port}: ${error.message}.${fix}`));
    });
    server.listen(port, host, () => {
      const bound = server.address() as AddressInfo; // listening on TCP, so it is neither null nor a pipe's name
      resolve(`http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`);
    });
  });
}
