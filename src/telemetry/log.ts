import { type Logger, pino } from 'pino';
import type { LogLevel } from '../core/log-level.ts';
import { type FlatFields, flatLine } from './flat-line.ts';
import { type LineBuffer, lineBuffer } from './line-buffer.ts';

/** Milliseconds that a line waits for company. */
const flushEvery = 100;

export interface ProgramLog {
  readonly log: Logger;
  /** The same as the log's methods, for the line of every review. */
  readonly line: (level: LogLevel, fields: FlatFields, message: string) => void;
  /** Call its `end()` before the program ends. */
  readonly destination: LineBuffer;
}

/** The log of the program: one JSON object per line on a file descriptor. */
export function createLog(level: LogLevel, fd: number): ProgramLog {
  const destination = lineBuffer(fd, flushEvery);
  const timestamp = createTimestamp();
  const log = pino({ level, base: null, timestamp, formatters: { level: (label) => ({ level: label }) } }, destination);
  return {
    log,
    line(level, fields, message) {
      if (log.isLevelEnabled(level)) destination.write(flatLine(level, timestamp(), fields, message));
    },
    destination,
  };
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
