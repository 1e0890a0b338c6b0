import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { durationBuckets, type MetricDeclaration, metricsTable } from './metrics-table.ts';

/** What a review adds to the metrics. */
export interface ReviewMeasure {
  readonly outcome: string;
  readonly problems: readonly string[];
  readonly reasons: readonly string[];
  /** Names of the templates; empty for a dry run. */
  readonly sidecars: readonly string[];
  readonly seconds: number;
}

export interface Metrics {
  review(measure: ReviewMeasure): void;
  httpError(status: number): void;
  handshakeError(): void;
  certificateUsed(notAfter: Date): void;
  certificateRejected(): void;
  /** Everything in the text format of Prometheus, and its content type. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** The metrics of one server, in a registry of their own. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const reviews = counts(registry, metricsTable.reviews);
  const problems = counts(registry, metricsTable.problems);
  const unchanged = counts(registry, metricsTable.unchanged);
  const sidecars = counts(registry, metricsTable.sidecars);
  const httpErrors = counts(registry, metricsTable.httpErrors);
  const reloads = counts(registry, metricsTable.certificateReloads);
  const handshakeErrors = new Counter(described(registry, metricsTable.handshakeErrors));
  const expiry = new Gauge(described(registry, metricsTable.certificateExpiry));
  const duration = durations(registry, metricsTable.duration);
  new Gauge(described(registry, metricsTable.build)).set({ version }, 1);
  // Present from the start, so that a rate over the first review is not lost.
  for (const outcome of ['injected', 'unchanged', 'refused', 'failed']) reviews(outcome, 0);

  return {
    review(measure) {
      reviews(measure.outcome, 1);
      for (const code of measure.problems) problems(code, 1);
      for (const code of measure.reasons) unchanged(code, 1);
      for (const sidecar of measure.sidecars) sidecars(sidecar, 1);
      duration(measure.seconds);
    },
    httpError: (status) => httpErrors(String(status), 1),
    handshakeError: () => handshakeErrors.inc(),
    certificateUsed(notAfter) {
      expiry.set(notAfter.getTime() / 1000);
      reloads('used', 1);
    },
    certificateRejected: () => reloads('rejected', 1),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/**
 * A counter with one label. The counts are kept in a plain map and handed over when somebody asks for the metrics:
 * an increment costs one lookup.
 */
function counts(registry: Registry, declaration: MetricDeclaration): (label: string, by: number) => void {
  const [name = ''] = declaration.labels;
  const byLabel = new Map<string, number>();
  new Counter({
    ...described(registry, declaration),
    collect() {
      this.reset();
      for (const [label, count] of byLabel) this.inc({ [name]: label }, count);
    },
  });
  return (label, by) => byLabel.set(label, (byLabel.get(label) ?? 0) + by);
}

/** Values that wait for each other: a histogram costs a tenth when it is fed in one go. */
const batch = 256;

/** A histogram without labels, which gets its values in batches and when somebody asks for the metrics. */
function durations(registry: Registry, declaration: MetricDeclaration): (seconds: number) => void {
  const waiting = new Float64Array(batch);
  let length = 0;
  const histogram = new Histogram({
    ...described(registry, declaration),
    buckets: durationBuckets,
    collect: handOver,
  });
  function handOver(): void {
    for (let i = 0; i < length; i++) histogram.observe(waiting[i] ?? 0);
    length = 0;
  }
  return (seconds) => {
    waiting[length++] = seconds;
    if (length === batch) handOver();
  };
}

function described(registry: Registry, { name, help, labels }: MetricDeclaration) {
  return { name, help, labelNames: [...labels], registers: [registry] };
}
