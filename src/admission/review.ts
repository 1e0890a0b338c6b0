import { isObject, type Json, type JsonObject } from '../core/json.ts';

/** The part of an AdmissionReview request that the injector reads. Source: k8s.io/api/admission/v1. */
export interface ReviewRequest {
  readonly uid: string;
  /** `pods`, or with its group: `deployments.apps`. */
  readonly resource: string;
  readonly subResource: string;
  readonly operation: string;
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
  readonly object: Json | undefined;
  /** What is stored before an update. */
  readonly oldObject: Json | undefined;
}

export const reviewVersion = 'admission.k8s.io/v1';

/** Reads the body of a webhook call. `problem` is a message about what the caller should have sent. */
export function readReview(body: Buffer): { readonly request: ReviewRequest } | { readonly problem: string } {
  let review: unknown;
  try {
    review = JSON.parse(textWithoutManagedFields(body));
  } catch {
    return { problem: `The body is not JSON. Send an AdmissionReview (${reviewVersion}).` };
  }
  if (!isObject(review) || review.kind !== 'AdmissionReview') {
    return { problem: `The body is JSON, but not an AdmissionReview. Send one of ${reviewVersion}.` };
  }
  if (review.apiVersion !== reviewVersion) {
    const version = typeof review.apiVersion === 'string' ? JSON.stringify(review.apiVersion) : 'not a string';
    return { problem: `The apiVersion of the AdmissionReview is ${version}. Send ${reviewVersion}.` };
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
    oldObject: request.oldObject,
  };
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

const opening = Buffer.from('"managedFields":[');
const [quote, backslash, open, close] = [0x22, 0x5c, 0x5b, 0x5d];

/**
 * The JSON text in these bytes (UTF-8), without the entries of its first `managedFields`. The field tracking of the API
 * server is a third to more than half of a review, with keys that occur once, so parsing it costs several times the
 * rest. Nothing in the answer depends on it. It cannot be confused with a string: inside one, the quotes of the opening
 * would be escaped.
 */
export function textWithoutManagedFields(json: Buffer): string {
  const start = json.indexOf(opening);
  if (start < 0) return json.toString();
  const from = start + opening.length;
  const end = endOfList(json, from);
  return end < 0 ? json.toString() : json.toString('utf8', 0, from) + json.toString('utf8', end);
}

/** The index of the bracket that closes the list; -1 when the text ends before it. */
function endOfList(json: Buffer, from: number): number {
  let depth = 1;
  for (let i = from; i < json.length; i++) {
    const character = json[i];
    if (character === quote) i = endOfString(json, i + 1);
    else if (character === open) depth += 1;
    else if (character === close) {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return -1;
}

/** The index of the closing quote. */
function endOfString(json: Buffer, from: number): number {
  for (let i = from; i < json.length; i++) {
    const character = json[i];
    if (character === quote) return i;
    if (character === backslash) i += 1;
  }
  return json.length;
}
