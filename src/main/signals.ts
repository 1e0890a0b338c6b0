/** Milliseconds. A terminal sends Ctrl-C to every program in the foreground, and a starter hands it on: twice the same one. */
const echo = 300;

/**
 * Calls `end` at the first SIGTERM or SIGINT and `abort` at a second one. `gentle` is false for SIGINT: somebody sits
 * there and waits, and nobody else uses the server.
 */
export function onEnd(end: (gentle: boolean) => void, abort: () => void): void {
  let first: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      const now = performance.now();
      if (first === undefined) {
        first = now;
        end(signal === 'SIGTERM');
      } else if (now - first > echo) abort();
    });
  }
}
