import { describe, expect, it } from 'vitest';
import { createFeed } from '../../../src/programs/topz/feed.ts';
import type { Frame } from '../../../src/programs/topz/forms/frame.ts';
import { turnedClock } from './turned-clock.ts';

function setUp(period = 2000) {
  const clock = turnedClock();
  let samples = 0;
  const feed = createFeed(
    () => {
      samples += 1;
      return { at: clock.now() } as Frame; // the feed looks at nothing else
    },
    period,
    clock,
  );
  return { clock, feed, samples: () => samples };
}

/** Lets promises that are settled go on. */
const settle = () => new Promise((done) => setImmediate(done));

describe('the feed', () => {
  it('has two samples half a second after the start, and gives none before', async () => {
    const { clock, feed, samples } = setUp();
    let given = 0;
    void feed.latest().then(() => given++);
    clock.turn(499);
    await settle();
    expect([samples(), given]).toEqual([1, 0]);
    clock.turn(1);
    await settle();
    expect([samples(), given]).toEqual([2, 1]);
  });

  it('rests while nobody looks: a sample in ten seconds', () => {
    const { clock, samples } = setUp();
    clock.turn(500 + 60_000);
    expect(samples()).toBe(2 + 6);
  });

  it('gives requests a fresh sample, but never two within a period', async () => {
    const { clock, feed, samples } = setUp();
    clock.turn(500);
    for (let i = 0; i < 1000; i++) await feed.latest();
    expect(samples()).toBe(2);
    clock.turn(5000);
    const frames = await Promise.all(Array.from({ length: 1000 }, () => feed.latest()));
    expect(samples()).toBe(3);
    expect(frames.every((frame) => frame.at === clock.now())).toBe(true);
  });

  it('samples once a period for any number of watchers, and rests again when the last has gone', async () => {
    const { clock, feed, samples } = setUp();
    clock.turn(500);
    let shown = 0;
    const stops = Array.from({ length: 100 }, () => feed.watch(() => shown++));
    await settle();
    clock.turn(20_000);
    expect([samples(), shown, feed.watchers()]).toEqual([12, 1000, 100]);
    for (const stop of stops) stop();
    clock.turn(60_000);
    expect(samples()).toBeLessThanOrEqual(12 + 7);
    expect([shown, feed.watchers()]).toEqual([1000, 0]);
  });

  it('gives the first watcher after a rest a sample at once', async () => {
    const { clock, feed, samples } = setUp();
    clock.turn(500 + 5000);
    feed.watch(() => {});
    await settle();
    clock.turn(0);
    expect(samples()).toBe(3);
  });

  it('stops', () => {
    const { clock, feed, samples } = setUp();
    clock.turn(500);
    feed.stop();
    clock.turn(100_000);
    expect(samples()).toBe(2);
  });
});
