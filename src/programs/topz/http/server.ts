import type { Server, ServerResponse } from 'node:http';
import { createReadOnlyServer, safeHeaders } from '../../kit/http-server.ts';
import type { Feed } from '../feed.ts';
import type { Frame } from '../forms/frame.ts';
import { type Answer, answer, type Doors } from './routes.ts';

/** Watching clients that are served at the same time; further ones are refused. */
const watchersMax = 256;

/** Frames that a client may fail to take before it is cut off. */
const missedMax = 30;

/** Builds the server; it does not listen yet. It only ever reads. */
export function buildServer(doors: Doors): Server {
  return createReadOnlyServer(async ({ path, query, headers, head }, response) => {
    const { accept, authorization, host, 'if-none-match': known } = headers;
    const given = await answer(doors, {
      path,
      query,
      headers: { accept, authorization, host, 'if-none-match': known },
    });
    if (!given.follow) return given;
    // The headers alone, which cannot know the length of what follows.
    if (head) response.writeHead(given.status, { ...safeHeaders, ...given.headers }).end();
    // A client that left while the first sample was taken has caused its last event already.
    else if (!response.destroyed) follow(doors.feed, response, given, given.follow);
    return undefined;
  });
}

/**
 * Sends a part for each frame. Frames are whole, so a slow client just misses some: what it has not taken yet is all
 * that is ever kept for it.
 */
function follow(feed: Feed, response: ServerResponse, first: Answer, part: (frame: Frame) => string | Buffer): void {
  if (feed.watchers() >= watchersMax) {
    response.writeHead(503, { ...safeHeaders, 'retry-after': '10', 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${watchersMax} clients watch already.\n`);
    return;
  }
  // Proxies such as nginx would else collect the parts.
  response.writeHead(first.status, { ...safeHeaders, ...first.headers, 'x-accel-buffering': 'no' });
  response.write(first.body);
  let missed = 0;
  const stop = feed.watch((frame) => {
    missed = response.writableLength > 0 ? missed + 1 : 0;
    if (missed > missedMax) response.destroy();
    else if (missed === 0) response.write(part(frame));
  });
  response.on('close', stop);
}
