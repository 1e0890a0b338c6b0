import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBatches } from '../../src/cluster/batches.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Batches of 10 ms; each run is kept with its start. */
function watched(options: { most: number; every: number }) {
  const runs: { key: string; at: number }[] = [];
  const ask = createBatches(async (key) => {
    runs.push({ key, at: Date.now() });
    await new Promise((done) => setTimeout(done, 10));
    if (key === 'broken') throw new Error('no');
  }, options);
  return { ask, runs };
}

describe('batches', () => {
  it('never answer with what was begun before the question, and share what begins after it', async () => {
    const { ask, runs } = watched({ most: 10, every: 0 });
    const answered: [asked: number, began: number | undefined][] = [];
    for (let i = 0; i < 100; i++) {
      const asked = Date.now();
      void ask('a').then(() => answered.push([asked, runs.findLast(({ at }) => at <= Date.now() - 10)?.at]));
      await vi.advanceTimersByTimeAsync(1);
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(answered).toHaveLength(100);
    for (const [asked, began = 0] of answered) expect(began).toBeGreaterThanOrEqual(asked);
    expect(runs.length).toBeLessThanOrEqual(12);
  });

  it('of one key begin no sooner than the pause after each other, those of others at once', async () => {
    const { ask, runs } = watched({ most: 10, every: 250 });
    const start = Date.now();
    void ask('a');
    void ask('a');
    void ask('b');
    await vi.advanceTimersByTimeAsync(20);
    void ask('a');
    await vi.advanceTimersByTimeAsync(1000);
    void ask('a');
    await vi.advanceTimersByTimeAsync(1000);
    expect(runs.map(({ key, at }) => `${key} ${at - start}`)).toEqual(['a 0', 'b 0', 'a 250', 'a 1020']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are refused beyond their number, and forgotten when they are over', async () => {
    const { ask, runs } = watched({ most: 2, every: 0 });
    const all = Promise.allSettled([ask('a'), ask('b'), ask('c'), ask('a')]);
    await vi.advanceTimersByTimeAsync(100);
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    const later = ask('c');
    await vi.advanceTimersByTimeAsync(100);
    await later;
    expect(runs.map(({ key }) => key)).toEqual(['a', 'b', 'a', 'c']);
  });

  it('that fail, fail for all that share them, and the next one is tried', async () => {
    const { ask, runs } = watched({ most: 2, every: 0 });
    const all = Promise.allSettled([ask('broken'), ask('broken'), ask('broken')]);
    await vi.advanceTimersByTimeAsync(100);
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(runs).toHaveLength(2);
  });
});
