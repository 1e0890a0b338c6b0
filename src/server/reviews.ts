import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ReviewAnswer } from '../admission/answer-review.ts';
import { detailsOf, eventOf } from '../admission/details.ts';
import { factsOf, type ReviewFacts } from '../admission/facts.ts';
import { codesOf, findingsOf, isNotable, reportOf, warningsOf } from '../admission/report.ts';
import { secondsOf } from '../core/units.ts';
import type { State } from '../state/state.ts';
import type { ServerDeps } from './deps.ts';
import { bodyLimit, type ReadBody } from './read-body.ts';
import { recordObjectReview } from './record-object-review.ts';
import { recordTemplateReview } from './record-template-review.ts';
import type { Send } from './reply.ts';
import { traceOf } from './trace.ts';

/** Milliseconds that no caller notices. The API server counts its timeouts in seconds. */
const unnoticed = 50;

/**
 * Answers admission reviews on Node's own request and response: the route, request and reply of fastify cost 6 to 15 %
 * of the server's processor time (docs/decisions/0022). Only `answerReview` reads the bodies.
 */
export function reviewHandler(
  answerReview: (body: Buffer, state: State) => ReviewAnswer | Promise<ReviewAnswer>,
  deps: ServerDeps,
  send: Send,
  readBody: ReadBody,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { state, log, clock } = deps;
  function answer(body: Buffer, { headers }: IncomingMessage, response: ServerResponse): void {
    const start = clock();
    const finish = ({ httpStatus, contentType, text, reviewed, checked, decided }: ReviewAnswer) => {
      send(response, httpStatus, text, contentType);
      if (reviewed) {
        const facts = factsOf(reviewed.request, reviewed.outcome);
        recordReview(facts, clock() - start, traceOf(headers.traceparent), deps);
      } else if (checked) recordTemplateReview(checked, traceOf(headers.traceparent), deps);
      else if (decided) recordObjectReview(decided, traceOf(headers.traceparent), deps);
      else if (httpStatus !== 200) log.warn({ status: httpStatus }, text.trimEnd());
    };
    const fail = (error: unknown) => {
      log.error({ err: error }, 'a review failed: this is a defect of the program');
      if (!response.headersSent) send(response, 500, 'The injector failed. See its log.\n');
    };
    try {
      const answered = answerReview(body, state());
      if (answered instanceof Promise) answered.then(finish).catch(fail);
      else finish(answered);
    } catch (error) {
      fail(error);
    }
  }
  return (request, response) => {
    const arrived = clock();
    readBody(request, response, (body) => {
      const waited = clock() - arrived;
      if (!isJson(request.headers['content-type'])) {
        send(response, 415, 'Send an AdmissionReview with Content-Type: application/json.\n');
      } else if (body === 'too large') send(response, 413, `The body is larger than ${bodyLimit} bytes.\n`);
      else if (body === 'too many') send(response, 503, 'Too many bytes are being received at once. Try again.\n');
      else if (waited > unnoticed && waited > callerTimeout(request.url ?? '')) {
        send(response, 504, 'The body arrived after the caller stopped waiting.\n');
      } else answer(body, request, response);
    });
  };
}

function isJson(contentType = ''): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType);
}

/** Milliseconds: the API server adds `?timeout=10s`, how long it waits for the answer. Infinite without it. */
function callerTimeout(url: string): number {
  const timeout = new URLSearchParams(url.split('?')[1]).get('timeout') ?? '';
  return (secondsOf(timeout) ?? Number.POSITIVE_INFINITY) * 1000;
}

/**
 * Writes the one log line of a review, counts it, and reports what somebody should read. `milliseconds`: what answering
 * took.
 */
function recordReview(
  facts: ReviewFacts,
  milliseconds: number,
  trace: object,
  { log, metrics, events }: ServerDeps,
): void {
  const { outcome, dryRun, again } = facts;
  const { label, logLevel, allowed } = reportOf(outcome);
  const codes = codesOf(outcome);
  const injected = outcome.kind === 'Injected' ? outcome.sidecars : [];
  // A pod that was injected before is not counted a second time.
  const counted = !dryRun && !again;
  metrics.review({
    outcome: again && (injected.length > 0 || codes[0] === 'already-injected') ? 'reinvoked' : label,
    problems: outcome.kind === 'Unchanged' ? [] : codes,
    reasons: outcome.kind === 'Unchanged' ? codes : [],
    sidecars: counted ? injected.map(({ template }) => template) : [],
    warnings: counted ? warningsOf(outcome) : [],
    findings: counted && isNotable(outcome) ? findingsOf(outcome) : [],
    seconds: milliseconds / 1000,
  });
  const fields = {
    uid: facts.uid,
    namespace: facts.namespace,
    pod: facts.name,
    sidecars: injected.map(({ name }) => name).join(' '),
    codes: [...new Set(codes)].join(' '),
    dryRun,
    ms: Math.round(milliseconds * 1000) / 1000,
    ...trace,
  };
  if (!isNotable(outcome)) return void log[logLevel](fields, label);
  // The controller of a pod discards its warnings: the log and the Event are where people find them.
  log[allowed ? 'warn' : logLevel]({ ...fields, ...detailsOf(facts) }, label);
  const event = eventOf(facts);
  if (event) events?.(event);
}
