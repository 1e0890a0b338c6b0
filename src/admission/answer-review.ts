import type { Outcome } from '../core/outcome.ts';
import { inject } from '../engine/inject.ts';
import type { State } from '../state/state.ts';
import { admissionResponse, outcomeMessage } from './admission-response.ts';
import { reportOf } from './report.ts';
import { type ReviewRequest, readReview } from './review.ts';

/** What was reviewed, for the log and the metrics. */
export interface ReviewFacts {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
  readonly outcome: Outcome;
}

/** What to send back. `facts` are absent when the body was no review. */
export interface ReviewAnswer {
  readonly httpStatus: number;
  /** Plain ASCII if it is JSON. */
  readonly text: string;
  readonly contentType: 'application/json' | 'text/plain; charset=utf-8';
  readonly facts?: ReviewFacts;
}

/** The webhook without the network: the bytes of a request in, the text of the answer out. Pure. */
export function answerReview(body: Buffer, state: State): ReviewAnswer {
  const read = readReview(body);
  if ('problem' in read)
    return { httpStatus: 400, text: `${read.problem}\n`, contentType: 'text/plain; charset=utf-8' };
  const { uid, namespace, name, dryRun } = read.request;
  const outcome = outcomeOf(read.request, state);
  const facts = { uid, namespace, name: name === '' ? nameOf(read.request) : name, dryRun, outcome };
  const { httpStatus } = reportOf(outcome);
  if (httpStatus !== 200) {
    return { httpStatus, text: `${outcomeMessage(outcome)}\n`, contentType: 'text/plain; charset=utf-8', facts };
  }
  return { httpStatus, text: admissionResponse(uid, outcome), contentType: 'application/json', facts };
}

function outcomeOf(request: ReviewRequest, state: State): Outcome {
  const { resource, subResource, operation, object, namespace } = request;
  if (resource === 'pods' && subResource === '' && operation === 'CREATE')
    return inject({ pod: object, namespace }, state);
  const what = `${operation} of ${resource}${subResource === '' ? '' : `/${subResource}`}`;
  const message = `Only pods that are being created are injected, and this is ${what}.`;
  return { kind: 'Unchanged', reasons: [{ code: 'not-a-pod', path: '', message }], sidecars: [], warnings: [] };
}

/** Pods of a controller have no name yet, only the beginning of one. */
function nameOf({ object }: ReviewRequest): string {
  const metadata = typeof object === 'object' && object !== null && 'metadata' in object ? object.metadata : undefined;
  const prefix =
    typeof metadata === 'object' && metadata !== null && 'generateName' in metadata ? metadata.generateName : '';
  return typeof prefix === 'string' ? prefix : '';
}
