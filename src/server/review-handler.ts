import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ReviewAnswer } from '../admission/answer-review.ts';
import type { State } from '../state/state.ts';
import { callerTimeout } from './caller-timeout.ts';
import type { ServerDeps } from './deps.ts';
import { readBody } from './read-body.ts';
import { recordReview } from './record.ts';

/** 7 MiB: the API server accepts objects of 3 MiB, and a review holds at most two of them. */
export const bodyLimit = 7 * 1024 * 1024;

const plainText = 'text/plain; charset=utf-8';

/**
 * Answers admission reviews on Node's own request and response: the way of every pod, so nothing is done twice.
 * `answerReview` is what answers; `closing` tells whether the connection is to be closed after the answer.
 */
export function reviewHandler(
  answerReview: (body: Buffer, state: State) => ReviewAnswer,
  deps: ServerDeps,
  closing: () => boolean,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { state, log, metrics, clock } = deps;
  function send(response: ServerResponse, status: number, contentType: string, body: string): void {
    if (status >= 400) metrics.httpError(status);
    if (closing()) response.shouldKeepAlive = false;
    // JSON is plain ASCII here: its length is known, and it is written faster as Latin-1.
    const ascii = contentType === 'application/json';
    const length = ascii ? body.length : Buffer.byteLength(body);
    response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': length });
    response.end(body, ascii ? 'latin1' : 'utf8');
  }

  function answer(body: Buffer, response: ServerResponse): void {
    const start = clock();
    try {
      const { httpStatus, contentType, text, facts } = answerReview(body, state());
      send(response, httpStatus, contentType, text);
      if (facts) recordReview(facts, clock() - start, deps);
      else if (httpStatus !== 200) log.warn({ status: httpStatus }, text.trimEnd());
    } catch (error) {
      log.error({ err: error }, 'a review could not be answered: a defect of the program');
      if (!response.headersSent) send(response, 500, plainText, 'The injector failed: its log says where.\n');
    }
  }

  return (request, response) => {
    const arrived = clock();
    readBody(request, bodyLimit, (end) => {
      if (!isJson(request.headers['content-type'])) {
        send(response, 415, plainText, 'Send an AdmissionReview with Content-Type: application/json.\n');
      } else if ('tooLarge' in end) {
        send(response, 413, plainText, `The body is larger than ${bodyLimit} bytes.\n`);
      } else if (isTooLate(clock() - arrived, request.url ?? '')) {
        send(response, 504, plainText, 'The body took longer to arrive than the caller waits.\n');
      } else answer(end.bytes, response);
    });
  };
}

/** Milliseconds that no caller minds: the API server counts its patience in seconds. */
const unnoticed = 50;

function isTooLate(waited: number, url: string): boolean {
  return waited > unnoticed && waited > callerTimeout(url);
}

function isJson(contentType: string | undefined): boolean {
  return contentType === 'application/json' || /^application\/json\s*(?:;|$)/i.test(contentType ?? '');
}
