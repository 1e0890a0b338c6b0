import type { Writable } from 'node:stream';
import type { Entry, Output } from '../entry.ts';

/** The standard output: whatever collects the logs of containers in the cluster takes it from there. */
export function toStream(stream: Writable, write: (entry: Entry) => string): Output {
  return {
    send: (entries) =>
      new Promise((resolve, reject) => {
        stream.write(entries.map(write).join(''), (error) => (error ? reject(error) : resolve({ kind: 'taken' })));
      }),
    close() {},
  };
}
