import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ReviewAnswer, ReviewFacts } from '../admission/answer-review.ts';
import { warningsFor } from '../admission/messages.ts';
import { codesOf, reportOf } from '../admission/report.ts';
import { problemText } from '../core/problem.ts';
import { secondsOf } from '../core/units.ts';
import type { State } from '../state/state.ts';
import type { ServerDeps } from './deps.ts';
import { bodyLimit, type ReadBody } from './read-body.ts';
import type { Send } from './reply.ts';

/** Milliseconds that no caller notices. The API server counts its timeouts in seconds. */
const unnoticed = 50;

/**
 * Answers admission reviews on Node's own request and response: the route, request and reply of fastify cost 6 to 15 % of
 * the server's processor time (docs/decisions/0022). Only `answerReview` reads the bodies.
 */
export function reviewHandler(
  answerReview: (body: Buffer, state: State) => ReviewAnswer | Promise<ReviewAnswer>,
  deps: ServerDeps,
  send: Send,
  readBody: ReadBody,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { state, log, clock } = deps;
  function answer(body: Buffer, response: ServerResponse): void {
    const start = clock();
    const finish = ({ httpStatus, contentType, text, facts }: ReviewAnswer) => {
      send(response, httpStatus, text, contentType);
      if (facts) recordReview(facts, clock() - start, deps);
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
      } else answer(body, response);
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

/** Writes the one log line of a review and counts it. `milliseconds`: what answering it took. */
function recordReview(facts: ReviewFacts, milliseconds: number, { log, metrics }: ServerDeps): void {
  const { outcome, dryRun } = facts;
  const { label, logLevel } = reportOf(outcome);
  const codes = codesOf(outcome);
  const warnings = outcome.kind === 'Injected' || outcome.kind === 'Unchanged' ? outcome.warnings : [];
  const injected = outcome.kind === 'Injected' ? outcome.sidecars : [];
  metrics.review({
    outcome: label,
    problems: outcome.kind === 'Unchanged' ? [] : codes,
    reasons: outcome.kind === 'Unchanged' ? codes : [],
    sidecars: dryRun ? [] : injected.map(({ template }) => template),
    warnings: dryRun ? [] : warnings,
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
  else if (warnings.length > 0)
    // The controller of a pod discards its warnings, so the log is the only place that has them.
    log.warn({ ...fields, warnings: warningsFor(warnings.map(({ message }) => message)) }, label);
  else log[logLevel](fields, label);
}
