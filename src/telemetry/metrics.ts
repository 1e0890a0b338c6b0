import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ReviewMeasure } from '../core/outcome.ts';
import { type ClusterMetrics, createClusterMetrics } from './cluster-metrics.ts';
import { declared } from './declared.ts';
import { durationBuckets, type MetricDeclaration, metricsTable } from './metrics-table.ts';

export interface Metrics {
  review(measure: ReviewMeasure): void;
  templateReview(operation: string, outcome: string): void;
  event(result: string): void;
  objectReview(outcome: string): void;
  httpError(status: number): void;
  handshakeError(): void;
  certificateUsed(notAfter: Date): void;
  certificateRejected(): void;
  certificatesFailed(): void;
  readonly cluster: ClusterMetrics;
  /** Everything in the text format of Prometheus, and its content type. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** The metrics of one server, in a registry of their own. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const options = (declaration: MetricDeclaration) => declared(declaration, registry);
  const reviews = byLabels(new Counter(options(metricsTable.reviews)));
  const templateReviews = byLabels(new Counter(options(metricsTable.templateReviews)));
  const problems = byLabels(new Counter(options(metricsTable.problems)));
  const unchanged = byLabels(new Counter(options(metricsTable.unchanged)));
  const sidecars = byLabels(new Counter(options(metricsTable.sidecars)));
  const objects = byLabels(new Counter(options(metricsTable.objects)));
  const warnings = byLabels(new Counter(options(metricsTable.warnings)));
  const findings = byLabels(new Counter(options(metricsTable.policyFindings)));
  const events = new Counter(options(metricsTable.events));
  const httpErrors = new Counter(options(metricsTable.httpErrors));
  const reloads = new Counter(options(metricsTable.certificateReloads));
  const handshakeErrors = new Counter(options(metricsTable.handshakeErrors));
  const expiry = new Gauge(options(metricsTable.certificateExpiry));
  const duration = new Histogram({ ...options(metricsTable.duration), buckets: durationBuckets }).labels();
  new Gauge(options(metricsTable.build)).set({ version }, 1);
  // Present from the start, so that a rate over the first review is not lost.
  for (const outcome of ['injected', 'reinvoked', 'unchanged', 'refused', 'failed']) reviews(outcome).inc(0);

  return {
    review(measure) {
      reviews(measure.outcome).inc();
      for (const code of measure.problems) problems(code).inc();
      for (const reason of measure.reasons) unchanged(reason).inc();
      for (const sidecar of measure.sidecars) sidecars(sidecar).inc();
      for (const { code, sidecar } of measure.warnings) warnings(code, sidecar).inc();
      for (const { finding, name } of measure.findings) findings(finding, name).inc();
      duration.observe(measure.seconds);
    },
    templateReview: (operation, outcome) => templateReviews(operation, outcome).inc(),
    event: (result) => events.inc({ result }),
    objectReview: (outcome) => objects(outcome).inc(),
    httpError: (status) => httpErrors.inc({ status }),
    handshakeError: () => handshakeErrors.inc(),
    certificateUsed(notAfter) {
      expiry.set(notAfter.getTime() / 1000);
      reloads.inc({ result: 'used' });
    },
    certificateRejected: () => reloads.inc({ result: 'rejected' }),
    certificatesFailed: () => reloads.inc({ result: 'failed' }),
    cluster: createClusterMetrics(registry),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** Tenants name templates as they like, and a counter is never forgotten. */
const maxCounters = 500;

/**
 * The counter of each combination of labels. Looked up once: prom-client makes a text of the labels at each call.
 * Beyond `maxCounters`, new values of the last label are counted as `other`.
 */
function byLabels(counter: Counter): (...labels: readonly string[]) => Counter.Internal {
  const counters = new Map<string, Counter.Internal>();
  return (...labels) => {
    const key = labels.join(' ');
    const known = counters.get(key);
    if (known) return known;
    if (counters.size >= maxCounters) return counter.labels(...labels.with(-1, 'other'));
    const added = counter.labels(...labels);
    counters.set(key, added);
    return added;
  };
}
