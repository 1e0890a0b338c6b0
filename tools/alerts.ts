// The alerts of the chart. Their metrics come from the table, so that one that is renamed is renamed here too.
import { metricsTable as metrics } from '../src/telemetry/metrics-table.ts';

export interface Alert {
  /** Without the prefix that all alerts of the injector have. */
  readonly name: string;
  readonly expr: string;
  /** How long it has to be true. */
  readonly for: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  /** What follows from it, and what to do. */
  readonly description: string;
}

const rate = (metric: string, labels = '') => `sum(rate(${metric}${labels}[5m]))`;
const days = 24 * 3600;

export const alerts: readonly Alert[] = [
  {
    name: 'Absent',
    expr: `absent(${metrics.build.name})`,
    for: '5m',
    severity: 'critical',
    summary: 'No replica of the injector is scraped.',
    description: 'Pods that ask for a required sidecar may be refused, others may be created without sidecars.',
  },
  {
    name: 'ReviewsFail',
    expr: `${rate(metrics.reviews.name, '{outcome="failed"}')} > 0`,
    for: '10m',
    severity: 'critical',
    summary: 'The injector fails to review pods.',
    description: 'The API server applies the failure policy to these pods. The log of the injector says why.',
  },
  {
    name: 'PodsRefused',
    expr: `${rate(metrics.reviews.name, '{outcome="refused"}')} > 0`,
    for: '30m',
    severity: 'warning',
    summary: 'Pods are refused again and again.',
    description: 'A workload has no pods because of its annotations. Its events say what to write instead.',
  },
  {
    name: 'Slow',
    expr: `histogram_quantile(0.99, sum by (le) (rate(${metrics.duration.name}_bucket[5m]))) > 0.5`,
    for: '10m',
    severity: 'warning',
    summary: 'One review in a hundred takes longer than 0.5 s.',
    description: 'Pod creation is delayed by that much. Give the replicas more CPU, or add a replica.',
  },
  {
    name: 'CertificateExpires',
    expr: `min(${metrics.certificateExpiry.name}) - time() < ${14 * days}`,
    for: '1h',
    severity: 'critical',
    summary: 'The certificate of the injector expires within 14 days.',
    description: 'It should have been renewed before; once it has expired, no pod can be reviewed. The log says why.',
  },
  {
    name: 'CertificateRejected',
    expr: `sum(increase(${metrics.certificateReloads.name}{result="rejected"}[15m])) > 0`,
    for: '0m',
    severity: 'warning',
    summary: 'A new certificate cannot be used.',
    description: 'The injector keeps using the previous one. Its log says what is wrong with the new one.',
  },
  {
    name: 'HandshakesFail',
    expr: `${rate(metrics.handshakeErrors.name)} > 0`,
    for: '10m',
    severity: 'warning',
    summary: 'TLS handshakes with the injector fail.',
    description: 'If the client is the API server, the caBundle of the webhooks does not fit the certificate.',
  },
  {
    name: 'WatchStale',
    expr: `time() - min(${metrics.watchLastEvent.name}) > 300`,
    for: '5m',
    severity: 'warning',
    summary: 'A replica hears nothing from the API server.',
    description:
      'It does not learn of new templates and namespaces. Its log says why, and a restart connects it again.',
  },
  {
    name: 'TemplateNotReady',
    expr: `max(sum by (pod) (${metrics.templates.name}{ready="false"})) > 0`,
    for: '15m',
    severity: 'warning',
    summary: 'A template is not in use.',
    description: 'The condition Ready in its status says why: kubectl get clustersidecartemplates,sidecartemplates -A.',
  },
  {
    name: 'PolicyNotValid',
    expr: `max(${metrics.policies.name}{state="invalid"}) > 0`,
    for: '15m',
    severity: 'warning',
    summary: 'A policy is not valid.',
    description:
      'New pods are refused, or start without the sidecars that it requires. Its condition Ready says why: kubectl get sidecarpolicies.',
  },
  {
    name: 'PolicyNotHeld',
    expr: `max(${metrics.policiesNotHeld.name}) > 0`,
    for: '10m',
    severity: 'warning',
    summary: 'The API server does not hold an enforced policy.',
    description:
      'While no injector answers, pods start without the sidecars that it requires. Its condition Enforced says why: kubectl get sidecarpolicies.',
  },
  {
    name: 'SettingWithoutEffect',
    expr: `max by (setting) (${metrics.settingProblems.name}) > 0`,
    for: '10m',
    severity: 'warning',
    summary: 'A value of the chart is not what the cluster has.',
    description: 'The label setting names the value, and the log of the injector says what to do.',
  },
];
