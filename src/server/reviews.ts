import type { Server } from 'node:https';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ReviewAnswer, ReviewFacts } from '../admission/answer-review.ts';
import { warningsFor } from '../admission/messages.ts';
import { codesOf, reportOf } from '../admission/report.ts';
import { problemText } from '../core/problem.ts';
import { secondsOf } from '../core/units.ts';
import type { State } from '../state/state.ts';
import type { ServerDeps } from './deps.ts';
import type { Send } from './reply.ts';

/** 7 MiB: the API server accepts objects of 3 MiB, and a review contains at most two of them. */
export const bodyLimit = 7 * 1024 * 1024;

/** Milliseconds that no caller notices. The API server counts its timeouts in seconds. */
const unnoticed = 50;

declare module 'fastify' {
  interface FastifyRequest {
    /** When the headers arrived, by the server's clock. */
    arrived: number;
  }
}

interface ReviewRoute {
  Body: Buffer;
  /** The API server adds `?timeout=10s`: how long it waits for the answer. */
  Querystring: { readonly timeout?: string };
}

/** Makes the server read JSON bodies as bytes: the engine parses them itself. */
export function acceptReviews(app: FastifyInstance<Server>): void {
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.decorateRequest('arrived', 0);
}

/** Adds a route that answers admission reviews. Only `answerReview` reads their bodies: fastify hands on the bytes. */
export function addReviewRoute(
  app: FastifyInstance<Server>,
  path: string,
  answerReview: (body: Buffer, state: State) => ReviewAnswer,
  deps: ServerDeps,
  send: Send,
): void {
  const { state, log, clock } = deps;
  function onRequest(request: FastifyRequest, _reply: unknown, done: () => void): void {
    request.arrived = clock();
    done();
  }
  app.post<ReviewRoute>(path, { onRequest }, (request, reply) => {
    const start = clock();
    const waited = start - request.arrived;
    if (waited > unnoticed && waited > callerTimeout(request.query.timeout)) {
      send(reply, 504, 'The body arrived after the caller stopped waiting.\n');
      return;
    }
    const { httpStatus, contentType, text, facts } = answerReview(request.body, state());
    send(reply, httpStatus, text, contentType);
    if (facts) recordReview(facts, clock() - start, deps);
    else if (httpStatus !== 200) log.warn({ status: httpStatus }, text.trimEnd());
  });
}

/** Milliseconds; infinite where the caller does not give it. */
function callerTimeout(timeout: string | undefined): number {
  return (secondsOf(timeout ?? '') ?? Number.POSITIVE_INFINITY) * 1000;
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
