import fc from 'fast-check';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { flatLine } from '../../src/telemetry/flat-line.ts';

const time = ',"time":"2026-01-02T03:04:05.678Z"';

/** What pino writes, with the options of the program's log. */
function lineOfPino(fields: object, message: string): string {
  let written = '';
  const log = pino(
    { base: null, timestamp: () => time, formatters: { level: (label) => ({ level: label }) } },
    { write: (text) => (written += text) },
  );
  log.info(fields, message);
  return written;
}

it('gives the bytes that pino gives, whatever the texts hold', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.constantFrom('"', '\\', '\n', '\u007f', '💡', ''),
  );
  const value = fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
  const fields = fc.record({ uid: text, namespace: text, pod: text, dryRun: value, ms: value });
  fc.assert(
    fc.property(fields, text, (some, message) => {
      expect(flatLine('info', time, some, message)).toBe(lineOfPino(some, message));
    }),
    { numRuns: 2000 },
  );
});
