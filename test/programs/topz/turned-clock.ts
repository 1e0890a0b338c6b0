import type { Clock } from '../../../src/programs/topz/clock.ts';

/** A clock that stands still until it is turned; what was to be called meanwhile is called in order. */
export function turnedClock(): Clock & { turn(milliseconds: number): void } {
  let now = 1000;
  let waiting: { at: number; call: () => void }[] = [];
  return {
    now: () => now,
    date: () => Date.UTC(2030, 0, 1) + now,
    after(milliseconds, call) {
      const entry = { at: now + milliseconds, call };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((one) => one !== entry);
      };
    },
    turn(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        const next = waiting.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        waiting = waiting.filter((one) => one !== next);
        now = Math.max(now, next.at);
        next.call();
      }
      now = end;
    },
  };
}
