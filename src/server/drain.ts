import type { Server } from 'node:https';
import { setImmediate, setTimeout } from 'node:timers/promises';

/** Milliseconds. */
export interface DrainTimes {
  /** How long connections are still accepted: until the rest of the cluster knows that this replica goes away. */
  readonly delay: number;
  /** How long to wait, after that, for requests that are being answered. */
  readonly bound: number;
}

export interface Drain {
  /** True from the first moment of a drain on: answers then close their connection. */
  readonly closing: () => boolean;
  /** Ends the server without losing a request; resolves when the last connection is closed. */
  readonly run: (times: DrainTimes) => Promise<void>;
}

/**
 * The end of a server whose clients keep their connections. The API server goes on using an open connection to a pod that is
 * going away and does not repeat a POST that fails, so each answer asks it to leave (`Connection: close`), for as long as
 * `delay`. What is still open after that has been idle all the time, and is closed.
 * Not fastify's own `close()`: it answers 503 on busy connections and waits for idle ones.
 */
export function createDrain(server: Server): Drain {
  let closing = false;
  return {
    closing: () => closing,
    async run({ delay, bound }) {
      closing = true;
      await setTimeout(delay);
      // A turn of the event loop: what has already arrived is read first, and its connection no longer counts as idle.
      await setImmediate();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const patience = new AbortController();
      await Promise.race([closed, setTimeout(bound, undefined, { signal: patience.signal }).catch(() => undefined)]);
      patience.abort();
      server.closeAllConnections();
    },
  };
}
