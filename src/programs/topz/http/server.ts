import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Feed } from '../feed.ts';
import type { Frame } from '../forms/frame.ts';
import { type Answer, answer, type Doors } from './routes.ts';

/** Connections and watching clients that are served at the same time; what comes beyond is turned away. */
const connectionsMax = 512;
const watchersMax = 256;

/** Frames that a client may fail to take before it is cut off. */
const missedMax = 30;

/** Sent with every answer. */
const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** Builds the server; it does not listen yet. It only ever reads: everything but GET and HEAD is refused. */
export function buildServer(doors: Doors): Server {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 15_000 }, (request, response) => {
    respond(doors, request, response).catch(() => response.destroy());
  });
  server.maxConnections = connectionsMax;
  return server;
}

async function respond(doors: Doors, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { ...always, allow: 'GET, HEAD', 'content-type': 'text/plain; charset=utf-8' });
    response.end('topz only shows: use GET or HEAD.\n');
    return;
  }
  const [path = '', query] = (request.url ?? '').split('?', 2);
  const headers = {
    accept: request.headers.accept,
    authorization: request.headers.authorization,
    host: request.headers.host,
    'if-none-match': request.headers['if-none-match'],
  };
  const given = await answer(doors, { path, query: new URLSearchParams(query), headers });
  // Who left while the first sample was waited for must not be followed for ever: its end has been told already.
  if (response.destroyed) return;
  const headOnly = request.method === 'HEAD';
  if (given.follow && !headOnly) follow(doors.feed, response, given, given.follow);
  else {
    const length = given.follow ? {} : { 'content-length': Buffer.byteLength(given.body) };
    response.writeHead(given.status, { ...always, ...given.headers, ...length });
    response.end(headOnly ? undefined : given.body);
  }
}

/**
 * Sends a part for each frame. Frames are whole, so a slow client just misses some: what it has not taken yet is all
 * that is ever kept for it.
 */
function follow(feed: Feed, response: ServerResponse, first: Answer, part: (frame: Frame) => string | Buffer): void {
  if (feed.watchers() >= watchersMax) {
    response.writeHead(503, { ...always, 'retry-after': '10', 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${watchersMax} clients watch already.\n`);
    return;
  }
  // Proxies such as nginx would else collect the parts.
  response.writeHead(first.status, { ...always, ...first.headers, 'x-accel-buffering': 'no' });
  response.write(first.body);
  let missed = 0;
  const stop = feed.watch((frame) => {
    missed = response.writableLength > 0 ? missed + 1 : 0;
    if (missed > missedMax) response.destroy();
    else if (missed === 0) response.write(part(frame));
  });
  response.on('close', stop);
}
