import { setTimeout as sleep } from 'node:timers/promises';
import type { Say } from '../kit/log.ts';
import { createDelivery } from './deliver.ts';
import type { Output } from './entry.ts';
import type { Following } from './follow.ts';
import type { Harvest } from './harvest.ts';
import type { Memory } from './memory.ts';

export interface Pace {
  /** Milliseconds that lines are gathered for before they are sent. */
  readonly interval: number;
  /** Milliseconds that the files must be quiet for, once the pod ends. */
  readonly linger: number;
}

/**
 * Milliseconds between two looks for files, and for something new in them; a look that takes long is followed by a
 * longer pause.
 */
const [period, pauses] = [200, 10];

/**
 * Ships until `ending` says that the pod ends, and then until everything is there. A native sidecar hears of that after
 * the app, a classic one at the same time, so that one goes on until the files have been quiet for a while.
 */
export async function ship(
  { interval, linger }: Pace,
  following: Following,
  harvest: Harvest,
  output: Output,
  memory: Memory,
  say: Say,
  ending: AbortSignal,
): Promise<void> {
  const wait = (milliseconds: number) =>
    sleep(milliseconds, undefined, ending.aborted ? {} : { signal: ending }).catch(() => {});
  const deliver = createDelivery(output, say, { hurried: () => ending.aborted, wait });

  let noted = false;
  const note = () => {
    noted = memory.remember(harvest.marks());
  };

  let due = 0;
  function look(): void {
    const now = performance.now();
    if (now < due && !ending.aborted) return;
    const busy = process.cpuUsage();
    following.look(now, ending.aborted);
    const { user, system } = process.cpuUsage(busy);
    due = performance.now() + Math.max(period, ((user + system) / 1000) * pauses);
  }

  /** Sends what there is; says how much that was. */
  async function turn(): Promise<{ readonly read: number; readonly full: boolean }> {
    look();
    const batch = harvest.gather(performance.now());
    if (batch.fresh || !noted) note();
    if (batch.entries.length > 0) await deliver(batch.entries);
    if (batch.read > 0) {
      batch.taken();
      note();
    }
    return batch;
  }

  const looking = setInterval(look, period);
  while (!ending.aborted) {
    const { read, full } = await turn();
    if (!full) await wait(read > 0 ? interval : period);
  }
  let quiet = performance.now();
  while (true) {
    if ((await turn()).read > 0) quiet = performance.now();
    else if (performance.now() - quiet >= linger) break;
    else await wait(period);
  }
  clearInterval(looking);
  harvest.finish();
  while ((await turn()).read > 0);
  output.close();
}
