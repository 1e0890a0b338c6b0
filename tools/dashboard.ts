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

function quantile(share: number): string {
  return `histogram_quantile(${share}, ${perSecond(`${metrics.duration.name}_bucket`, 'le')})`;
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
    'half of them': quantile(0.5),
    '99 %': quantile(0.99),
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
  panel('Memory', 'bytes', 'Resident, by replica.', { '{{pod}}': `process_resident_memory_bytes${replicas}` }),
  panel('Processor', 'short', 'Cores in use, by replica.', {
    '{{pod}}': `rate(process_cpu_seconds_total${replicas}[$__rate_interval])`,
  }),
];
