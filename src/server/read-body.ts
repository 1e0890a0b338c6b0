import type { IncomingMessage } from 'node:http';

/** The end of a body: its bytes, or that it was longer than allowed. A client that goes away ends nothing. */
export type BodyEnd = { readonly bytes: Buffer } | { readonly tooLarge: true };

/**
 * Collects a body of at most `limit` bytes. What exceeds it is read to its end but not kept: a server that answers and closes
 * while the client still sends makes the client see a broken connection instead of the answer.
 */
export function readBody(request: IncomingMessage, limit: number, done: (end: BodyEnd) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else chunks.length = 0;
  });
  request.on('end', () => {
    if (length > limit) done({ tooLarge: true });
    else done({ bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length) });
  });
}
