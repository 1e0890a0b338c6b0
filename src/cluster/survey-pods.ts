import { setTimeout as pause } from 'node:timers/promises';
import type { Pod } from '../core/objects.ts';
import { type Api, failureOf } from './api.ts';

interface PodList {
  readonly metadata?: { readonly continue?: string };
  readonly items: readonly Pod[];
}

/**
 * Pods of one answer, and its bytes: what is larger is asked for in smaller pieces, so nobody's pods fill the memory.
 */
const [pageSize, most] = [100, 4 * 1024 * 1024];
/** Milliseconds between two pages: reviews come first. */
const rest = 20;
const running = 'status.phase!=Succeeded,status.phase!=Failed';

/**
 * Looks at each pod of the cluster that has not ended, one page after the other; resolves to false when it was stopped.
 * Rejects when the API server does not answer, or forgets the list meanwhile.
 */
export async function surveyPods(api: Api, see: (pod: Pod) => void, stopped: AbortSignal): Promise<boolean> {
  let next = '';
  let limit = pageSize;
  do {
    const query = new URLSearchParams({
      ...{ limit: String(limit), fieldSelector: running },
      ...(next === '' ? {} : { continue: next }),
    });
    const answer = await api({ path: `/api/v1/pods?${query}`, most }).catch((error: unknown) => {
      if (limit === 1) throw error;
      limit = Math.ceil(limit / 4);
    });
    if (answer) {
      if (answer.status !== 200) throw new Error(failureOf(answer));
      const { metadata, items } = answer.body as PodList; // the list of that path
      for (const pod of items) see(pod);
      next = metadata?.continue ?? '';
      if (next === '') return true;
      limit = Math.min(pageSize, limit * 2);
    }
    await pause(rest, undefined, { ref: false, signal: stopped }).catch(() => undefined);
  } while (!stopped.aborted);
  return false;
}
