import { messageOf } from '../../core/message-of.ts';
import type { Say } from '../kit/log.ts';
import { readSource, stampOf } from './source.ts';
import type { Changes, Target } from './target.ts';
import type { Teller } from './tell.ts';

export interface Keeper {
  /** Looks at the source, brings the files in step and tells the app if there is something to tell. Never fails. */
  turn(now: number): Promise<void>;
}

/** Milliseconds before the app is notified again: the first time, and at most. */
const [firstWait, longestWait] = [1000, 30_000];

/** Keeps the files in step with the source. What fails is tried again, and logged once. */
export function createKeeper(source: string, target: Target, tellers: readonly Teller[], say: Say): Keeper {
  let seen: string | undefined;
  let complaint = '';
  let due: readonly Teller[] = [];
  let [wait, next] = [firstWait, 0];

  function look(): void {
    if (stampOf(source) === seen) return;
    const { stamp, files } = readSource(source);
    const changes = target.fill(files, true);
    seen = stamp;
    report(changes, say);
    if (target.phase() !== 'telling') return;
    due = tellers;
    [wait, next] = [firstWait, 0];
  }

  /** Gives those that did not work. */
  async function tell(now: number): Promise<readonly Teller[]> {
    const failed: Teller[] = [];
    for (const teller of due) {
      try {
        const how = await teller.tell(target.changed());
        say('info', 'notified the app', { by: teller.name, how });
      } catch (error) {
        failed.push(teller);
        say('warn', 'could not notify the app', {
          by: teller.name,
          why: messageOf(error),
          again: `${wait / 1000}s`,
        });
      }
    }
    [wait, next] = [Math.min(wait * 2, longestWait), now + wait];
    return failed;
  }

  return {
    async turn(now) {
      try {
        look();
        complaint = '';
        if (target.phase() !== 'telling' || now < next) return;
        due = await tell(now);
        if (due.length === 0) target.settle();
      } catch (error) {
        const message = messageOf(error);
        if (message !== complaint) say('warn', 'the files could not be brought in step', { why: message });
        complaint = message;
      }
    },
  };
}

/**
 * Fills the folder before the app starts, so the app need not be notified. @throws an error that says why it could not
 */
export function fillOnce(source: string, target: Target, say: Say): void {
  report(target.fill(readSource(source).files, false), say);
}

function report(changes: Changes, say: Say): void {
  const news = changes.written.length > 0 || changes.removed.length > 0;
  if (news) say('info', 'files changed', changes);
}
