import { setTimeout as sleep } from 'node:timers/promises';
import type { Say } from '../kit/log.ts';
import { createDelivery } from './deliver.ts';
import type { Output } from './entry.ts';
import type { Harvest } from './harvest.ts';
import type { Memory } from './memory.ts';

export interface Pace {
  /** Milliseconds that lines are gathered for before they are sent. */
  readonly interval: number;
  /** Milliseconds that the files must be quiet for, once the pod ends. */
  readonly linger: number;
}

/** Milliseconds between two looks for files, and for something new in them. */
const period = 200;

/**
 * Ships until `ending` says that the pod ends, and then until everything is there. A native sidecar hears of that after
 * the app, a classic one at the same time, so that one goes on until the files have been quiet for a while.
 */
export async function ship(
  { interval, linger }: Pace,
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

  function look(): void {
    if (harvest.look(performance.now()) || !noted) note();
  }

  /** Sends what there is; says whether that was anything. */
  async function turn(): Promise<{ readonly lines: number; readonly full: boolean }> {
    look();
    const batch = harvest.gather(performance.now());
    if (batch.entries.length > 0) {
      await deliver(batch.entries);
      batch.taken();
      note();
    }
    return { lines: batch.entries.length, full: batch.full };
  }

  look();
  const looking = setInterval(look, period);
  while (!ending.aborted) {
    const { lines, full } = await turn();
    if (!full) await wait(lines > 0 ? interval : period);
  }
  let quiet = performance.now();
  while (true) {
    if ((await turn()).lines > 0) quiet = performance.now();
    else if (performance.now() - quiet >= linger) break;
    else await wait(period);
  }
  clearInterval(looking);
  harvest.finish();
  while ((await turn()).lines > 0);
  output.close();
}
