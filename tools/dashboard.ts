// The panels of the chart's Grafana dashboard, three in a row.
import { metricsTable as metrics } from '../src/telemetry/metrics-table.ts';

export interface Panel {
  readonly title: string;
  readonly description: string;
  readonly unit: 'reqps' | 's' | 'bytes' | 'dtdurations' | 'short' | 'none';
  readonly kind: 'timeseries' | 'stat';
  /** Expressions of PromQL, by their legend. */
  readonly lines: Readonly<Record<string, string>>;
}

const replicas = '{namespace=~"$namespace"}';

function perSecond(metric: string, label?: string): string {
  return `sum${label === undefined ? '' : ` by (${label})`} (rate(${metric}${replicas}[$__rate_interval]))`;
}

function quantile(share: number, metric: string): string {
  return `histogram_quantile(${share}, ${perSecond(`${metric}_bucket`, 'le')})`;
}

function panel(
  title: string,
  unit: Panel['unit'],
  description: string,
  lines: Panel['lines'],
  kind: Panel['kind'] = 'timeseries',
): Panel {
  return { title, unit, description, lines, kind };
}

export const panels: readonly Panel[] = [
  panel(
    'Replicas',
    'none',
    'By version.',
    { '{{version}}': `count by (version) (${metrics.build.name}${replicas})` },
    'stat',
  ),
  panel(
    'Certificate expires in',
    'dtdurations',
    'The one that expires first.',
    { 'time left': `min(${metrics.certificateExpiry.name}${replicas}) - time()` },
    'stat',
  ),
  panel('Pods reviewed', 'reqps', 'By outcome.', { '{{outcome}}': perSecond(metrics.reviews.name, 'outcome') }),
  panel('Duration of reviews', 's', 'From the last byte of a review to its answer.', {
    'half of them': quantile(0.5, metrics.duration.name),
    '99 %': quantile(0.99, metrics.duration.name),
  }),
  panel('Sidecars', 'reqps', 'Put into pods, by template.', {
    '{{sidecar}}': perSecond(metrics.sidecars.name, 'sidecar'),
  }),
  panel('Problems', 'reqps', 'That refused or failed pods, by code: docs/problems.md explains each.', {
    '{{code}}': perSecond(metrics.problems.name, 'code'),
  }),
  panel('Warnings', 'reqps', 'About pods that were created, by code.', {
    '{{code}}': perSecond(metrics.warnings.name, 'code'),
  }),
  panel('Pods left as they were', 'reqps', 'By reason.', { '{{reason}}': perSecond(metrics.unchanged.name, 'reason') }),
  panel('Errors of connections', 'reqps', 'TLS handshakes that failed, and HTTP answers of 400 and above.', {
    handshakes: perSecond(metrics.handshakeErrors.name),
    'HTTP {{status}}': perSecond(metrics.httpErrors.name, 'status'),
  }),
  panel('Templates', 'short', 'In use, and not in use.', {
    'in use': `max(sum by (pod) (${metrics.templates.name}{namespace=~"$namespace",ready="true"}))`,
    'not in use': `max(sum by (pod) (${metrics.templates.name}{namespace=~"$namespace",ready="false"}))`,
  }),
  panel('Duration of lookups', 's', 'That pods waited for what the watches had not brought yet.', {
    p50: quantile(0.5, metrics.lookups.name),
    p99: quantile(0.99, metrics.lookups.name),
  }),
  panel('Events', 'reqps', 'About pods, by what became of them.', {
    '{{result}}': perSecond(metrics.events.name, 'result'),
  }),
  panel('Memory', 'bytes', 'Resident, by replica.', { '{{pod}}': `process_resident_memory_bytes${replicas}` }),
  panel('Processor', 'short', 'Cores in use, by replica.', {
    '{{pod}}': `rate(process_cpu_seconds_total${replicas}[$__rate_interval])`,
  }),
];
