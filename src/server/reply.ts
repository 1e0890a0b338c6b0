import type { ServerMetrics } from './deps.ts';
import type { Drain } from './drain.ts';

const plainText = 'text/plain; charset=utf-8';

/** The part of a FastifyReply that is needed here, whatever its route. */
interface Reply {
  header(name: string, value: string): Reply;
  code(status: number): Reply;
  type(contentType: string): Reply;
  send(text: string): unknown;
}

/** Sends an answer and counts it if it is an error. The type is plain text unless it is given. */
export type Send = (reply: Reply, status: number, text: string, contentType?: string) => void;

/** The one way to answer: every answer of a server that drains closes its connection. Not a hook, which every review would pay for. */
export function createSend(metrics: ServerMetrics, drain: Drain): Send {
  return (reply, status, text, contentType = plainText) => {
    if (status >= 400) metrics.httpError(status);
    if (drain.closing) reply.header('connection', 'close');
    reply.code(status).type(contentType).send(text);
  };
}
