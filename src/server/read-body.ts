import type { IncomingMessage, ServerResponse } from 'node:http';

/** 7 MiB: the API server accepts objects of 3 MiB, and a review contains at most two of them. */
export const bodyLimit = 7 * 1024 * 1024;

/** Bytes of memory of all bodies that are received or being answered. The memory of the chart allows for it. */
const heldLimit = 48 * 1024 * 1024;

/** Bytes of memory that a chunk takes besides what it holds: somebody can send each byte as a chunk of its own. */
const chunkOverhead = 512;

/** Collects the body of a request: the body, or why it is not kept. */
export type ReadBody = (
  request: IncomingMessage,
  response: ServerResponse,
  done: (body: Buffer | 'too large' | 'too many') => void,
) => void;

interface Held {
  /** Bytes of memory. */
  size: number;
  complete: boolean;
  drop: () => void;
}

const nothing = () => undefined;

/**
 * Reads the bodies of one server. Each counts from its first byte until its request is answered. When all of them
 * together are too large, the largest that is not complete is dropped: somebody who sends bodies that do not end
 * displaces nobody else. Of a body that is too large the rest is received but not kept: a server that answers and
 * closes while the client still sends makes the client see a broken connection instead of the answer. A client that
 * goes away gets no answer.
 */
export function createBodyReader(): ReadBody {
  const bodies = new Set<Held>();
  let total = 0;
  function release(held: Held): void {
    if (!bodies.delete(held)) return;
    total -= held.size;
    // A Set that grows leaves its former table behind, and what that still names would be moved to the old generation.
    held.drop = nothing;
  }
  function makeRoom(): void {
    while (total > heldLimit) {
      let largest: Held | undefined;
      for (const held of bodies) if (!held.complete && held.size > (largest?.size ?? 0)) largest = held;
      if (!largest) return;
      const { drop } = largest;
      release(largest);
      drop();
    }
  }
  return (request, response, done) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const held: Held = {
      size: 0,
      complete: false,
      drop() {
        chunks.length = 0;
        response.shouldKeepAlive = false;
        done('too many');
      },
    };
    bodies.add(held);
    response.once('close', () => release(held));
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (!bodies.has(held)) return;
      if (length > bodyLimit) {
        chunks.length = 0;
        release(held);
        return;
      }
      chunks.push(chunk);
      const size = chunk.length + chunkOverhead;
      held.size += size;
      total += size;
      if (total > heldLimit) makeRoom();
    });
    request.on('end', () => {
      const [first] = chunks;
      if (length > bodyLimit) done('too large');
      else if (bodies.has(held)) {
        held.complete = true;
        done(first && chunks.length === 1 ? first : Buffer.concat(chunks, length));
      }
    });
  };
}
