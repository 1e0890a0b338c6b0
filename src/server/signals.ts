/**
 * Milliseconds. Ctrl-C reaches every program in the foreground, and whoever started them passes it on: the same one
 * twice.
 */
const echo = 300;

/**
 * Calls `end` at the first SIGTERM or SIGINT and `abort` at the second one. `graceful` is false for SIGINT: somebody
 * waits at the terminal, and nobody else uses the server.
 */
export function onEnd(end: (graceful: boolean) => void, abort: () => void): void {
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
