import type { ServerResponse } from 'node:http';
import type { ServerMetrics } from './deps.ts';
import type { Drain } from './drain.ts';

const plainText = 'text/plain; charset=utf-8';

/** Sends an answer and counts it if it is an error. The type is plain text unless it is given. */
export type Send = (response: ServerResponse, status: number, text: string, contentType?: string) => void;

/** The one way to answer: every answer of a server that drains closes its connection. */
export function createSend(metrics: ServerMetrics, drain: Drain): Send {
  return (response, status, text, contentType = plainText) => {
    if (status >= 400) metrics.httpError(status);
    if (drain.closing) response.shouldKeepAlive = false;
    const length = Buffer.byteLength(text);
    response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': length });
    // Nearly every answer is ASCII, which Node writes faster as Latin-1.
    response.end(text, length === text.length ? 'latin1' : 'utf8');
  };
}
