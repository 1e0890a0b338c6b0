import type { Server } from 'node:http';
import { messageOf } from '../../core/message-of.ts';
import { call } from '../kit/http-client.ts';
import { type Answer, createReadOnlyServer, plainAnswer } from '../kit/http-server.ts';
import type { Say } from '../kit/log.ts';

/** More than any exporter has to say. */
const longest = 16 * 1024 * 1024;

/**
 * Serves /metrics of the exporter, and / whatever the exporter does. Queries and headers stay here: with a query an
 * exporter asks another target. Who asks while an answer is on its way gets that one. A failure is logged once.
 */
export function createGate(target: URL, timeout: number, say: Say): Server {
  const page = new URL('/metrics', target);
  let pending: Promise<Answer> | undefined;
  let last = '';

  function note(failure: string): void {
    if (failure === last) return;
    last = failure;
    if (failure) say('warn', 'the exporter does not answer', { why: failure });
    else say('info', 'the exporter answers again');
  }

  async function ask(): Promise<Answer> {
    try {
      const { status, headers, body, cut } = await call(page, { method: 'GET', timeout, longest });
      if (cut) throw new Error(`the answer is longer than ${longest} bytes`);
      note('');
      return { status, headers: { 'content-type': headers['content-type'] ?? 'text/plain' }, body };
    } catch (error) {
      note(messageOf(error));
      return plainAnswer(502, 'The exporter does not answer.\n');
    }
  }

  return createReadOnlyServer(async ({ path }) => {
    if (path !== '/metrics') return plainAnswer(path === '/' ? 200 : 404, 'The metrics are at /metrics.\n');
    pending ??= ask().finally(() => {
      pending = undefined;
    });
    return pending;
  });
}
