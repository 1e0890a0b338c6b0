import { asciiJson } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import { inject } from '../engine/inject.ts';
import type { State } from '../state/state.ts';
import { outcomeMessage, warningsFor } from './messages.ts';
import type { ObjectFacts } from './object-facts.ts';
import { auditOf, reportOf } from './report.ts';
import { type ReviewRequest, reviewVersion } from './review.ts';
import type { TemplateFacts } from './template-facts.ts';

/** What to send back, and what it answers: neither is there when the body was not a review. */
export interface ReviewAnswer {
  readonly httpStatus: number;
  readonly text: string;
  readonly contentType: 'application/json' | 'text/plain; charset=utf-8';
  /** A pod. */
  readonly reviewed?: { readonly request: ReviewRequest; readonly outcome: Outcome };
  readonly checked?: TemplateFacts;
  /** A workload or a namespace. */
  readonly decided?: ObjectFacts;
}

/** The answer to a review with this outcome. */
export function answerWith(request: ReviewRequest, outcome: Outcome): ReviewAnswer {
  const reviewed = { request, outcome };
  const { httpStatus, allowed, status } = reportOf(outcome);
  if (httpStatus !== 200) return { ...plainText(httpStatus, outcomeMessage(outcome)), reviewed };
  const warned = 'warnings' in outcome ? outcome.warnings.filter(({ audit }) => audit !== true) : [];
  const warnings = warned.length > 0 ? warningsFor(warned.map(({ message }) => message)) : undefined;
  const message = status && { ...status, message: outcomeMessage(outcome) };
  const patch = outcome.kind === 'Injected' ? outcome.encoded.base64 : undefined;
  const auditAnnotations = auditOf(outcome);
  const text = responseText({ uid: request.uid, allowed, warnings, status: message, auditAnnotations }, patch);
  return { httpStatus, text, contentType: 'application/json', reviewed };
}

export function plainText(httpStatus: number, message: string): ReviewAnswer {
  return { httpStatus, text: `${message}\n`, contentType: 'text/plain; charset=utf-8' };
}

/**
 * An AdmissionReview with this response, as JSON. `patch` is Base64, which needs no escaping: it is by far the largest
 * part, and JSON.stringify would scan it again. The API server requires `patch` and `patchType` both, or neither.
 */
export function responseText(response: object, patch?: string): string {
  const json = asciiJson({ apiVersion: reviewVersion, kind: 'AdmissionReview', response });
  return patch === undefined ? json : `${json.slice(0, -2)},"patchType":"JSONPatch","patch":"${patch}"}}`;
}

/** What becomes of the object of a review. */
export function outcomeOf(request: ReviewRequest, state: State): Outcome {
  const { resource, subResource, operation, object, namespace } = request;
  if (resource === 'pods' && subResource === '' && operation === 'CREATE')
    return inject({ pod: object, namespace }, state);
  const subject = `${operation} of ${resource}${subResource === '' ? '' : `/${subResource}`}`;
  const message = `Only the creation of pods is handled; the request is ${subject}.`;
  return { kind: 'Unchanged', reasons: [{ code: 'not-a-pod', path: '', message }], sidecars: [], warnings: [] };
}
