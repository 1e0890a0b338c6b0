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
  const options = ({ name, help, labels }: MetricDeclaration) => {
    return { name, help, labelNames: [...labels], registers: [registry] };
  };
  const reviews = new Counter(options(metricsTable.reviews));
  const problems = new Counter(options(metricsTable.problems));
  const unchanged = new Counter(options(metricsTable.unchanged));
  const sidecars = new Counter(options(metricsTable.sidecars));
  const httpErrors = new Counter(options(metricsTable.httpErrors));
  const reloads = new Counter(options(metricsTable.certificateReloads));
  const handshakeErrors = new Counter(options(metricsTable.handshakeErrors));
  const expiry = new Gauge(options(metricsTable.certificateExpiry));
  const duration = new Histogram({ ...options(metricsTable.duration), buckets: durationBuckets });
  new Gauge(options(metricsTable.build)).set({ version }, 1);
  // Present from the start, so that a rate over the first review is not lost.
  for (const outcome of ['injected', 'unchanged', 'refused', 'failed']) reviews.inc({ outcome }, 0);

  return {
    review(measure) {
      reviews.inc({ outcome: measure.outcome });
      for (const code of measure.problems) problems.inc({ code });
      for (const reason of measure.reasons) unchanged.inc({ reason });
      for (const sidecar of measure.sidecars) sidecars.inc({ sidecar });
      duration.observe(measure.seconds);
    },
    httpError: (status) => httpErrors.inc({ status }),
    handshakeError: () => handshakeErrors.inc(),
    certificateUsed(notAfter) {
      expiry.set(notAfter.getTime() / 1000);
      reloads.inc({ result: 'used' });
    },
    certificateRejected: () => reloads.inc({ result: 'rejected' }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
