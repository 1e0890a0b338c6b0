import type { ReviewFacts } from '../admission/answer-review.ts';
import { codesOf, reportOf } from '../admission/report.ts';
import { problemText } from '../core/problem.ts';
import type { ServerDeps } from './deps.ts';

const none: readonly string[] = [];

/** Writes the one log line of a review and counts it. `milliseconds`: what answering it took. */
export function recordReview(facts: ReviewFacts, milliseconds: number, { line, log, metrics }: ServerDeps): void {
  const { outcome, dryRun } = facts;
  const { label, logLevel } = reportOf(outcome);
  const codes = codesOf(outcome);
  const injected = outcome.kind === 'Injected' ? outcome.sidecars : [];
  metrics.review({
    outcome: label,
    problems: outcome.kind === 'Unchanged' ? none : codes,
    reasons: outcome.kind === 'Unchanged' ? codes : none,
    sidecars: dryRun ? none : injected.map(({ template }) => template),
    seconds: milliseconds / 1000,
  });
  const fields = {
    uid: facts.uid,
    namespace: facts.namespace,
    pod: facts.name,
    sidecars: injected.map(({ name }) => name).join(' '),
    codes: codes.join(' '),
    dryRun,
    ms: Math.round(milliseconds * 1000) / 1000,
  };
  if (outcome.kind === 'Failed')
    log.error({ ...fields, problem: problemText(outcome.problem), stack: outcome.stack }, label);
  else line(logLevel, fields, label);
}
