import { destination, type Logger, pino } from 'pino';
import type { LogLevel } from '../core/log.ts';

/** Milliseconds that a line waits for others. */
const flushEvery = 100;
/** Bytes: with more than the first, lines are written at once; lines beyond the second are dropped. */
const [enough, most] = [8 * 1024, 1024 * 1024];
/** Milliseconds that the end waits for a reader that does not read. */
const endBound = 3000;

export interface ProgramLog {
  readonly log: Logger;
  /** Writes what is left. Resolves when it is written, when the reader is gone, or after three seconds. */
  readonly end: () => Promise<void>;
}

/**
 * The log of the program: one JSON object per line on a file descriptor. Lines are buffered and written in the
 * background, so a log never delays an answer. When the reader is too slow, lines are dropped, and a later line says
 * how many.
 */
export function createLog(level: LogLevel, fd: number): ProgramLog {
  const output = destination({ fd, sync: false, minLength: enough, maxLength: most, periodicFlush: flushEvery });
  let dropped = 0;
  let closing = false;
  let ended: Promise<void> | undefined;
  const log = pino(
    { level, base: null, timestamp: createTimestamp(), formatters: { level: (label) => ({ level: label }) } },
    // A closed output throws; a line that comes after the end has no effect.
    { write: (line) => void (closing || output.write(line)) },
  );
  output.on('drop', () => {
    dropped += 1;
    if (dropped === 1) output.once('drain', reportDropped);
  });
  function reportDropped(): void {
    const lines = dropped;
    dropped = 0;
    log.warn({ lines }, 'log lines dropped: the reader is too slow');
  }
  // The reader is gone; nobody is left to read about it.
  output.on('error', () => undefined);

  function writeAll(): Promise<void> {
    return new Promise((resolve) => {
      output.once('close', resolve).once('error', () => resolve());
      setTimeout(resolve, endBound).unref();
      // What was dropped is reported when the buffer has drained, so the end comes after that.
      output.flush(() => {
        closing = true;
        output.end();
      });
    });
  }
  return { log, end: () => (ended ??= writeAll()) };
}

/** The time of a line, in ISO 8601, as pino wants it. Lines of one millisecond share one text. */
function createTimestamp(): () => string {
  let last = Number.NaN;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== last) text = `,"time":"${new Date(now).toISOString()}"`;
    last = now;
    return text;
  };
}
