import type { Writable } from 'node:stream';
import type { LogLevel } from '../../core/log.ts';

/** Writes one line of a log. */
export type Say = (level: LogLevel, message: string, fields?: object) => void;

/** Writes a log to the stream: one JSON object per line, in the form of the server's log. */
export function logOn(stream: Writable): Say {
  return (level, msg, fields = {}) => {
    stream.write(`${JSON.stringify({ level, time: new Date().toISOString(), ...fields, msg })}\n`);
  };
}
