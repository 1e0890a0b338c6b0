import type { EventNote } from '../core/event.ts';
import { masked } from '../core/masked.ts';
import { maxExplained, problemText } from '../core/problem.ts';
import type { ReviewFacts } from './facts.ts';
import { outcomeMessage, warningsFor } from './messages.ts';
import { isNotable, reportOf, warningsOf } from './report.ts';

/** Log fields that say why, for a notable outcome. Values that can be secrets are masked. */
export function detailsOf({ outcome, owner }: ReviewFacts): object {
  const warnings = warningsFor(warningsOf(outcome).map(({ message }) => message)).map(masked);
  const problems = outcome.kind === 'Refused' ? outcome.problems : outcome.kind === 'Failed' ? [outcome.problem] : [];
  const sidecars = outcome.kind === 'Injected' ? outcome.sidecars : [];
  return {
    ...(owner ? { owner: `${owner.kind}/${owner.name}` } : {}),
    ...(problems.length > 0
      ? { problems: problems.slice(0, maxExplained).map((problem) => masked(problemText(problem))) }
      : {}),
    ...(outcome.kind === 'Failed' ? { stack: outcome.stack } : {}),
    ...(sidecars.length > 0 ? { sources: Object.fromEntries(sidecars.map(({ name, source }) => [name, source])) } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/**
 * The Event for a notable outcome, about the controller of the pod, or about the pod where it has none. Undefined where
 * there is nothing to say, and for dry runs, which must have no effect.
 */
export function eventOf({ namespace, name, dryRun, outcome, owner }: ReviewFacts): EventNote | undefined {
  if (dryRun || !isNotable(outcome)) return undefined;
  const warnings = warningsOf(outcome).map(({ message }) => message);
  const message = warnings.length > 0 ? warningsFor(warnings).join(' ') : outcomeMessage(outcome);
  return {
    namespace,
    regarding: owner ?? { apiVersion: 'v1', kind: 'Pod', name, uid: '' },
    reason: reportOf(outcome).event,
    note: masked(message).replaceAll('\n', ' '),
  };
}
