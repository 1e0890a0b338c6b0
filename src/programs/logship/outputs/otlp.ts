import type { Say } from '../../kit/log.ts';
import type { Entry, Fields, Labels, Output } from '../entry.ts';
import { type Post, verdictOf } from '../post.ts';

/** The names of the facts in OpenTelemetry's semantic conventions. */
const conventions: Readonly<Record<string, string>> = {
  namespace: 'k8s.namespace.name',
  pod: 'k8s.pod.name',
  node: 'k8s.node.name',
  container: 'k8s.container.name',
  app: 'service.name',
};

/**
 * OTLP over HTTP in JSON. Source: opentelemetry-proto, logs/v1/logs.proto; opentelemetry-specification,
 * protocol/otlp.md.
 */
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

const filePath = 'log.file.path';

const recordOf = ({ time, text, file, fields }: Entry) => ({
  timeUnixNano: String(time),
  observedTimeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
  ...(fields && severityOf(fields)),
  body: { stringValue: text },
  attributes: [
    attribute(filePath, file),
    // A record has each attribute once, and the file is the one that was read, whatever the line says.
    ...Object.entries(fields ?? {}).flatMap(([key, value]) =>
      key === filePath ? [] : { key, value: anyValue(value) },
    ),
  ],
});

/** Numbers of the severities that programs name. Source: opentelemetry-specification, logs/data-model.md. */
const severities: Readonly<Record<string, number>> = {
  ...{ trace: 1, debug: 5, info: 9, notice: 10, warn: 13, warning: 13, error: 17, critical: 21, fatal: 21, panic: 21 },
};

function severityOf({ level, severity }: Fields) {
  const text = [level, severity].find((one) => typeof one === 'string');
  if (text === undefined) return {};
  const severityNumber = severities[text.toLowerCase()];
  return { severityText: text, ...(severityNumber && { severityNumber }) };
}

function anyValue(value: unknown) {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value !== 'number' || !Number.isFinite(value)) return { stringValue: JSON.stringify(value) };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

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
