// The examples whose behaviour is tried, each in both forms and with the webhook inside and outside of the cluster.

export const forms = ['native', 'classic'] as const;
export const webhooks = ['inside', 'outside'] as const;
export type Form = (typeof forms)[number];
export type WebhookPlace = (typeof webhooks)[number];

/** One line of the table that a run prints. */
export interface Row {
  readonly name: string;
  readonly form: Form;
  readonly webhook: WebhookPlace;
  /** What ran as the sidecar: the program itself, or something in its stead. */
  program: string;
}

declare module 'vitest' {
  interface TaskMeta {
    row?: Row;
  }
}

export interface GitCase {
  readonly name: string;
  readonly file: string;
  /** As the example says it, or the default. */
  readonly period: number;
  /** Path at the app's port under which the content is. */
  readonly mountPath: string;
  readonly container: string;
}

export const gitCases: readonly GitCase[] = [
  { name: 'S1', file: 'git.yaml', period: 60, mountPath: '/var/www/html', container: 'httpd' },
  { name: 'S2', file: 'git-poll.yaml', period: 60, mountPath: '/var/www/html', container: 'httpd' },
  { name: 'S3', file: 'git-sync.yaml', period: 10, mountPath: '/srv/site', container: 'nginx' },
  { name: 'S8', file: 'node-updater.yaml', period: 20, mountPath: '/app/content', container: 'app' },
];

export const topzCases = ['S4', 'S5'] as const;
export const configCases = ['S7', 'S7-call'] as const;
export const serveCases = ['S12'] as const;

export const httpsCases = ['S6'] as const;
export const metricsCases = ['S9', 'S9-redis'] as const;
export const ambassadorCase = 'S10';
export const logsCase = 'S11';

/** Of every case: each is tried with the webhook inside and outside of the cluster. */
export const caseNames = [
  ...gitCases.map(({ name }) => name),
  ...topzCases,
  ...httpsCases,
  ...configCases,
  ...metricsCases,
  ambassadorCase,
  logsCase,
  ...serveCases,
];

/** The namespace of one line. */
export const namespaceOf = (name: string, form: Form, webhook: WebhookPlace) =>
  `e2e-${name.toLowerCase()}-${form}-${webhook}`;
