import { isObject } from '../core/json.ts';
import type { State } from '../state/state.ts';
import { kindOfResource } from '../workload/kinds.ts';
import { type ReviewAnswer, responseText } from './answer-review.ts';
import { refusalText, warningsFor } from './messages.ts';
import { objectFactsOf } from './object-facts.ts';
import type { ReviewRequest } from './review.ts';
import { reviewNamespace } from './review-namespace.ts';
import { type ObjectDecision, reviewWorkload } from './review-workload.ts';

const asItIs: ObjectDecision = { edits: [], problems: [], warnings: [] };

/** What becomes of the workload or the namespace of a review. `unknown` says why the state is not known. */
export function decideObject(request: ReviewRequest, state: State, unknown?: string): ObjectDecision {
  const { resource, subResource, namespace, object, oldObject } = request;
  if (!isObject(object) || subResource !== '') return asItIs;
  const old = isObject(oldObject) ? oldObject : undefined;
  if (resource === 'namespaces') return reviewNamespace(object, old, state);
  const kind = kindOfResource(state.workloads, resource);
  return kind ? reviewWorkload({ kind, namespace, object, old }, state, unknown) : asItIs;
}

/** The answer to the review of an object other than a pod. */
export function answerObject(request: ReviewRequest, decision: ObjectDecision): ReviewAnswer {
  const { edits, problems, warnings } = decision;
  const refused = problems.length > 0;
  const text = responseText(
    {
      uid: request.uid,
      allowed: !refused,
      ...(warnings.length > 0 ? { warnings: warningsFor(warnings.map(({ message }) => message)) } : {}),
      ...(refused ? { status: { code: 422, reason: 'Invalid', message: refusalText(problems, 'workload') } } : {}),
    },
    edits.length > 0 && !refused ? Buffer.from(JSON.stringify(edits)).toString('base64') : undefined,
  );
  return { httpStatus: 200, text, contentType: 'application/json', decided: objectFactsOf(request, decision) };
}
