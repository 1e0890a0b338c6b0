import type { Json, JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import { textWithoutManagedFields } from './managed-fields.ts';

/** An AdmissionReview request as far as the injector looks at it. Source: k8s.io/api/admission/v1. */
export interface ReviewRequest {
  readonly uid: string;
  readonly resource: string;
  readonly subResource: string;
  readonly operation: string;
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
  readonly object: Json | undefined;
}

export const reviewVersion = 'admission.k8s.io/v1';

/** Reads the body of a webhook call; `problem` is a message that says what a caller should have sent. */
export function readReview(body: Buffer): { readonly request: ReviewRequest } | { readonly problem: string } {
  let review: unknown;
  try {
    review = JSON.parse(textWithoutManagedFields(body));
  } catch {
    return { problem: 'The body is not JSON. Send an AdmissionReview (admission.k8s.io/v1).' };
  }
  if (!isObject(review) || review.kind !== 'AdmissionReview') {
    return { problem: 'The body is JSON, but no AdmissionReview. Send one of version admission.k8s.io/v1.' };
  }
  if (review.apiVersion !== reviewVersion) {
    return {
      problem: `The AdmissionReview is of version ${JSON.stringify(review.apiVersion ?? null)}. Send ${reviewVersion}.`,
    };
  }
  const { request } = review;
  if (!isObject(request)) return { problem: 'The AdmissionReview has no request.' };
  if (typeof request.uid !== 'string' || request.uid === '')
    return { problem: 'The request of the AdmissionReview has no uid.' };
  return { request: requestOf(request, request.uid) };
}

function requestOf(request: JsonObject, uid: string): ReviewRequest {
  const resource = isObject(request.resource) ? request.resource : {};
  const group = text(resource.group);
  return {
    uid,
    resource: group === '' ? text(resource.resource) : `${text(resource.resource)}.${group}`,
    subResource: text(request.subResource),
    operation: text(request.operation),
    namespace: text(request.namespace),
    name: text(request.name),
    dryRun: request.dryRun === true,
    object: request.object,
  };
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
