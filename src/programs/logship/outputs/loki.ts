import type { Entry, Labels, Output } from '../entry.ts';
import { type Post, verdictOf } from '../post.ts';

/**
 * Loki's push API. A stream for each file; Loki takes a line with the same labels and time only once, so a batch
 * that is sent again is there once. Source: grafana/loki, docs/sources/reference/loki-http-api.md.
 */
export function toLoki(post: Post, labels: Labels): Output {
  return {
    async send(entries) {
      const streams = [...Map.groupBy(entries, ({ file }) => file)].map(([file, list]) => streamOf(labels, file, list));
      return verdictOf(await post(JSON.stringify({ streams }), 'application/json'));
    },
    close: () => post.close(),
  };
}

const streamOf = (labels: Labels, file: string, entries: readonly Entry[]) => ({
  stream: { ...Object.fromEntries(labels), file },
  values: entries.map(({ time, text }) => [String(time), text]),
});
