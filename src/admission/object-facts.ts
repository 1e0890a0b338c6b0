import { masked } from '../core/masked.ts';
import { maxExplained, problemText } from '../core/problem.ts';
import { warningsFor } from './messages.ts';
import type { ReviewRequest } from './review.ts';
import type { ObjectDecision } from './review-workload.ts';

/** What was reviewed, for the log and the metrics. */
export interface ObjectFacts {
  readonly uid: string;
  /** With its group: `deployments.apps`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
  readonly outcome: 'changed' | 'unchanged' | 'refused';
  readonly codes: string;
  /**
   * The first problems of an object that is refused, and the warnings as the API server gets them. Values that can be
   * secrets are masked.
   */
  readonly messages: readonly string[];
}

export function objectFactsOf(request: ReviewRequest, { edits, problems, warnings }: ObjectDecision): ObjectFacts {
  const { uid, resource, namespace, name, dryRun } = request;
  return {
    ...{ uid, resource, namespace, name, dryRun },
    outcome: problems.length > 0 ? 'refused' : edits.length > 0 ? 'changed' : 'unchanged',
    codes: [...new Set([...problems, ...warnings].map(({ code }) => code))].join(' '),
    messages: [
      ...problems.slice(0, maxExplained).map(problemText),
      ...warningsFor(warnings.map(({ message }) => message)),
    ].map(masked),
  };
}
