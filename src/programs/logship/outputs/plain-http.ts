import type { Entry, Output } from '../entry.ts';
import { type Post, verdictOf } from '../post.ts';
import type { Format } from './record.ts';

/** Any server that takes lines, or JSON objects each on a line, by POST. */
export function toHttp(post: Post, format: Format, write: (entry: Entry) => string): Output {
  const type = format === 'json' ? 'application/x-ndjson' : 'text/plain; charset=utf-8';
  return {
    send: async (entries) => verdictOf(await post(entries.map(write).join(''), type)),
    close: () => post.close(),
  };
}
