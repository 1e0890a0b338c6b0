import { type Logger, pino } from 'pino';
import { type LineBuffer, lineBuffer } from './line-buffer.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Milliseconds that a line waits for company. */
const flushEvery = 100;

/** The log of the program: one JSON object per line on a file descriptor. Call `destination.end()` before the program ends. */
export function createLog(level: LogLevel, fd: number): { readonly log: Logger; readonly destination: LineBuffer } {
  const destination = lineBuffer(fd, flushEvery);
  const log = pino(
    {
      level,
      base: null,
      timestamp: createTimestamp(),
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return { log, destination };
}

/** The time as pino wants it. The part down to the second is made once a second: it costs more than the rest of a line. */
function createTimestamp(): () => string {
  let second = -1;
  let start = '';
  return () => {
    const now = Date.now();
    const rest = now % 1000;
    if (now - rest !== second) {
      second = now - rest;
      start = `,"time":"${new Date(second).toISOString().slice(0, 20)}`;
    }
    return `${start}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z"`;
  };
}
