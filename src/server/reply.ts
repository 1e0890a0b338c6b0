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
    // JSON is ASCII here (`asciiJson`): its bytes need not be counted, and Node writes it faster as Latin-1.
    const encoding = contentType === 'application/json' ? 'latin1' : 'utf8';
    response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(text, encoding) });
    response.end(text, encoding);
  };
}
