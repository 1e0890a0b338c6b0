import type { Entry, Labels } from '../entry.ts';

export type Format = 'text' | 'json';

/** An entry as one line of text, for receivers with no form of their own. */
export function recordWriter(format: Format, labels: Labels): (entry: Entry) => string {
  if (format === 'text') return ({ text }) => `${text}\n`;
  const facts = Object.fromEntries(labels);
  return ({ time, text, file, fields }) =>
    `${JSON.stringify({ time: isoTime(time), message: text, file, ...facts, ...(fields && { json: fields }) })}\n`;
}

/** RFC 3339 with milliseconds. */
export function isoTime(nanoseconds: bigint): string {
  return new Date(Number(nanoseconds / 1_000_000n)).toISOString();
}
