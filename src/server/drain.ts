import type { Server } from 'node:https';
import { setImmediate, setTimeout } from 'node:timers/promises';

/** Milliseconds. */
export interface DrainTimes {
  /** How long connections are still accepted, until the rest of the cluster knows that this replica goes away. */
  readonly delay: number;
  /** How long to wait, after that, for requests in progress. */
  readonly bound: number;
}

export interface Drain {
  /** True from the beginning of a drain: each answer closes its connection then. */
  readonly closing: boolean;
  /** Ends the server without losing a request; resolves when the last connection is closed. */
  readonly run: (times: DrainTimes) => Promise<void>;
}

/**
 * Shuts down a server whose clients keep their connections. The API server continues to use an open connection to a pod
 * that is going away, and does not repeat a POST that fails. So during `delay` each answer asks it to leave
 * (`Connection: close`). A connection that is still open after that had no request in all that time, and is closed. Not
 * fastify's own `close()`: it answers 503 on busy connections and waits for idle ones.
 */
export function createDrain(server: Server): Drain {
  const drain = {
    closing: false,
    async run({ delay, bound }: DrainTimes) {
      drain.closing = true;
      await setTimeout(delay);
      // One turn of the event loop: a request that has arrived is read first, so its connection does not count as idle.
      await setImmediate();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const timer = new AbortController();
      await Promise.race([closed, setTimeout(bound, undefined, { signal: timer.signal }).catch(() => undefined)]);
      timer.abort();
      server.closeAllConnections();
    },
  };
  return drain;
}
