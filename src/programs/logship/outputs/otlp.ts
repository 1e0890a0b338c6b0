import type { Say } from '../../kit/log.ts';
import type { Entry, Labels, Output } from '../entry.ts';
import { type Post, verdictOf } from '../post.ts';

/** The names of the facts in OpenTelemetry's semantic conventions. */
const conventions: Readonly<Record<string, string>> = {
  namespace: 'k8s.namespace.name',
  pod: 'k8s.pod.name',
  node: 'k8s.node.name',
  container: 'k8s.container.name',
  app: 'service.name',
};

/** OTLP over HTTP in JSON. Source: opentelemetry-proto, logs/v1/logs.proto; opentelemetry-specification, protocol/otlp.md. */
export function toOtlp(post: Post, labels: Labels, say: Say): Output {
  const attributes = [...labels].map(([name, value]) => attribute(conventions[name] ?? name, value));
  return {
    async send(entries) {
      const logRecords = entries.map(recordOf);
      const scopeLogs = [{ scope: { name: 'sidecar-logs' }, logRecords }];
      const body = JSON.stringify({ resourceLogs: [{ resource: { attributes }, scopeLogs }] });
      const answer = await post(body, 'application/json');
      const verdict = verdictOf(answer);
      if (verdict.kind === 'taken') sayPartial(answer.body, say);
      return verdict;
    },
    close: () => post.close(),
  };
}

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });

const recordOf = ({ time, text, file }: Entry) => ({
  timeUnixNano: String(time),
  observedTimeUnixNano: String(time),
  body: { stringValue: text },
  attributes: [attribute('log.file.path', file)],
});

/** A collector may leave records out and still say 200; by the protocol they are not sent again. */
function sayPartial(body: string, say: Say): void {
  if (!body.includes('rejectedLogRecords')) return;
  const { partialSuccess } = JSON.parse(body) as {
    partialSuccess?: { rejectedLogRecords?: unknown; errorMessage?: unknown };
  };
  const lines = Number(partialSuccess?.rejectedLogRecords ?? 0);
  if (lines > 0)
    say('warn', 'the receiver refuses lines, they are left out', { lines, why: partialSuccess?.errorMessage });
}
