import { destination, type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from '../core/log.ts';

/** Milliseconds that a line waits for others. */
const flushEvery = 100;
/** Bytes: with more than the first, lines are written at once; lines beyond the second are dropped. */
const [enough, most] = [8 * 1024, 1024 * 1024];

export interface ProgramLog {
  readonly log: Logger;
  /** Writes what is left and waits for it. For the end of the program. */
  readonly end: () => Promise<void>;
  /** The same without waiting, for a program that ends at once. */
  readonly endSync: () => void;
}

/**
 * The log of the program: one JSON object per line on a file descriptor. Lines are buffered and written in the background.
 * When the reader is too slow they are dropped and counted: a log never delays an answer.
 */
export function createLog(level: LogLevel, fd: number): ProgramLog {
  const output = destination({ fd, sync: false, minLength: enough, maxLength: most, periodicFlush: flushEvery });
  const log = pino(
    { level, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    output,
  );
  let dropped = 0;
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
  return {
    log,
    end: () => new Promise((resolve) => output.once('close', resolve).end()),
    endSync: () => output.flushSync(),
  };
}
