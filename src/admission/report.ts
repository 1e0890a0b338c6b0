import type { LogLevel } from '../core/log.ts';
import type { Outcome } from '../core/outcome.ts';
import type { PolicyFinding, Warning } from '../core/problem.ts';

/** What an outcome means everywhere it is seen. */
export interface OutcomeReport {
  /** Whether the API server admits the pod. */
  readonly allowed: boolean;
  /** HTTP status of the webhook's answer. A failure is a 500, so that the webhook's failurePolicy decides. */
  readonly httpStatus: 200 | 500;
  /** `status.code` and `status.reason` of a refusal, as the client of the API server sees them. */
  readonly status: { readonly code: number; readonly reason: string } | undefined;
  readonly label: 'injected' | 'unchanged' | 'refused' | 'failed';
  readonly logLevel: LogLevel;
  /** Reason of the Event about a refusal, a failure, or an admitted pod that has warnings. */
  readonly event: string;
  /** Exit code of the command line. */
  readonly exitCode: 0 | 1;
}

/** The one table of what outcomes mean; it is decided nowhere else. */
const reports = {
  Injected: {
    ...{ allowed: true, httpStatus: 200, status: undefined, label: 'injected' },
    ...{ logLevel: 'info', event: 'SidecarWarning', exitCode: 0 },
  },
  Unchanged: {
    ...{ allowed: true, httpStatus: 200, status: undefined, label: 'unchanged' },
    ...{ logLevel: 'debug', event: 'SidecarWarning', exitCode: 0 },
  },
  Refused: {
    allowed: false,
    httpStatus: 200,
    status: { code: 422, reason: 'Invalid' },
    label: 'refused',
    logLevel: 'warn',
    event: 'SidecarRefused',
    exitCode: 1,
  },
  Failed: {
    ...{ allowed: false, httpStatus: 500, status: undefined, label: 'failed' },
    ...{ logLevel: 'error', event: 'SidecarFailed', exitCode: 1 },
  },
} as const satisfies Record<Outcome['kind'], OutcomeReport>;

export function reportOf(outcome: Outcome): OutcomeReport {
  return reports[outcome.kind];
}

/** The reason and problem codes of an outcome: metric labels and log fields. */
export function codesOf(outcome: Outcome): readonly string[] {
  switch (outcome.kind) {
    case 'Injected':
      return [];
    case 'Unchanged':
      return outcome.reasons.map(({ code }) => code);
    case 'Refused':
      return outcome.problems.map(({ code }) => code);
    case 'Failed':
      return [outcome.problem.code];
  }
}

const none: readonly Warning[] = [];

/** The warnings about a pod that is admitted. */
export function warningsOf(outcome: Outcome): readonly Warning[] {
  return outcome.kind === 'Injected' || outcome.kind === 'Unchanged' ? outcome.warnings : none;
}

/** What policies do with a pod, or would do if they were enforced: each at most once. */
export function findingsOf(outcome: Outcome): readonly PolicyFinding[] {
  const refusals = outcome.kind === 'Refused' ? outcome.problems.flatMap(({ policy }) => policy ?? []) : [];
  const found = [
    ...refusals.map((name): PolicyFinding => ({ name, finding: 'refused' })),
    ...warningsOf(outcome).flatMap(({ policy }) => policy ?? []),
  ];
  return [...new Map(found.map((each) => [`${each.finding} ${each.name}`, each])).values()];
}

/** True for what somebody should read about: a pod that is not admitted, or that has a warning. */
export function isNotable(outcome: Outcome): boolean {
  return !reportOf(outcome).allowed || warningsOf(outcome).length > 0;
}

/**
 * What the audit log of the API server says of a review. The API server puts the name of the webhook in front of each
 * key: `required.sidecar.io/decision`. No value of an annotation is in it.
 */
export function auditOf(outcome: Outcome): { readonly [key: string]: string } {
  const decision = reportOf(outcome).label;
  if (outcome.kind === 'Injected') return { decision, sidecars: outcome.sidecars.map(({ name }) => name).join(' ') };
  return { decision, codes: [...new Set(codesOf(outcome))].join(' ') };
}
