import type { Clock } from './clock.ts';
import type { Frame } from './forms/frame.ts';

/** The one place that takes samples, however many clients there are. */
export type Feed = {
  /** A frame not older than a period. */
  latest(): Promise<Frame>;
  /** Calls with every new frame until the result is called. */
  watch(show: (frame: Frame) => void): () => void;
  watchers(): number;
  stop(): void;
};

/** Milliseconds between the first two samples, before which no CPU figure exists. */
const warmUp = 500;

/** Without watchers a sample is taken this often (milliseconds), to have a past to show and CPU figures at once. */
const restingPeriod = 10_000;

/**
 * Takes a frame every `period` milliseconds while someone watches, and seldom otherwise. Two frames are never closer
 * than a period, so requests cost no further samples.
 */
export function createFeed(take: () => Frame, period: number, clock: Clock): Feed {
  const shows = new Set<(frame: Frame) => void>();
  let frame = take();
  let cancel = clock.after(Math.min(warmUp, period), next);
  const ready = Promise.withResolvers<void>();

  function next(): void {
    cancel();
    frame = take();
    ready.resolve();
    schedule();
    for (const show of shows) show(frame);
  }

  function schedule(): void {
    cancel();
    const wait = shows.size > 0 ? period : Math.max(period, restingPeriod);
    cancel = clock.after(Math.max(0, frame.at + wait - clock.now()), next);
  }

  return {
    async latest() {
      await ready.promise;
      if (clock.now() - frame.at >= period) next();
      return frame;
    },
    watch(show) {
      shows.add(show);
      void ready.promise.then(schedule);
      return () => {
        shows.delete(show);
      };
    },
    watchers: () => shows.size,
    stop: () => cancel(),
  };
}
