import type { Server } from 'node:http';
import { expositionType } from '../kit/exposition.ts';
import { createReadOnlyServer, plainAnswer } from '../kit/http-server.ts';
import type { Say } from '../kit/log.ts';
import type { Answer } from './ask.ts';
import type { Metric } from './path.ts';
import { textOf } from './text.ts';

/** Serves /metrics, for which it asks the app each time, and / whatever the app does. Each failure is logged once. */
export function createPage(metrics: readonly Metric[], ask: () => Promise<Answer>, say: Say): Server {
  let last = '';

  function note(answer: Answer): void {
    const failure = 'failure' in answer ? answer.failure : '';
    if (failure === last) return;
    last = failure;
    if (failure) say('warn', 'the app gives no figures', { why: failure });
    else say('info', 'the app gives figures again');
  }

  return createReadOnlyServer(async ({ path }) => {
    if (path !== '/metrics') return plainAnswer(path === '/' ? 200 : 404, 'The figures are at /metrics.\n');
    const answer = await ask();
    note(answer);
    return { status: 200, headers: { 'content-type': expositionType }, body: textOf(metrics, answer) };
  });
}
