import type { IncomingMessage } from 'node:http';

/** 7 MiB: the API server accepts objects of 3 MiB, and a review contains at most two of them. */
export const bodyLimit = 7 * 1024 * 1024;

/**
 * Collects the body of a request and gives it to `done`, or `undefined` where it is larger than `bodyLimit`. Of a body
 * that is too large the rest is received but not kept: a server that answers and closes while the client still sends
 * makes the client see a broken connection instead of the answer. A client that goes away before the end gets none.
 */
export function readBody(request: IncomingMessage, done: (body: Buffer | undefined) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= bodyLimit) chunks.push(chunk);
    else chunks.length = 0;
  });
  request.on('end', () => {
    const [first] = chunks;
    if (length > bodyLimit) done(undefined);
    else done(first && chunks.length === 1 ? first : Buffer.concat(chunks, length));
  });
}
