import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStatusQueue } from '../../src/cluster/status-queue.ts';
import type { TemplateObject, Verdict } from '../../src/core/objects.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const inUse: Verdict = { ready: true, message: 'in use' };
const broken: Verdict = { ready: false, message: 'broken' };

/** A template; with a verdict, its status says so at this time. */
function template(uid: string, generation = 1, says?: Verdict, time = '2026-01-01T00:00:00Z'): TemplateObject {
  const metadata = { name: uid, namespace: uid, uid, generation };
  if (!says) return { metadata };
  const { ready, message } = says;
  const status = ready ? 'True' : 'False';
  const condition = { type: 'Ready', status, message, observedGeneration: generation, lastTransitionTime: time };
  return { metadata, status: { conditions: [condition] } };
}

interface Write {
  readonly uid: string;
  readonly generation: number;
  readonly message: string;
  readonly at: number;
}

/** A queue with its writes. `answer` is what becomes of a write; each takes 10 ms. */
function watched(answer: (writes: readonly Write[]) => boolean = () => true) {
  const writes: Write[] = [];
  const failures: unknown[] = [];
  let writing = 0;
  let most = 0;
  const queue = createStatusQueue({
    async write({ metadata }, { message }) {
      writes.push({ uid: metadata.uid ?? '', generation: metadata.generation ?? 0, message, at: Date.now() });
      most = Math.max(most, ++writing);
      await new Promise((done) => setTimeout(done, 10));
      writing -= 1;
      return answer(writes);
    },
    failed: (_, error) => failures.push(error),
  });
  return { queue, writes, failures, most: () => most };
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const offerOf = (...all: readonly (readonly [TemplateObject, Verdict])[]) => new Map(all);

describe('the queue of statuses', () => {
  it('writes each of 1,000 templates once when they arrive one by one, a few at a time', async () => {
    const { queue, writes, most } = watched();
    const all = new Map<TemplateObject, Verdict>();
    for (const i of numbers(1000)) {
      all.set(template(`t${i}`), inUse);
      queue.offer(all);
      await vi.advanceTimersByTimeAsync(6);
    }
    await vi.advanceTimersByTimeAsync(10_000);
    expect(writes).toHaveLength(1000);
    expect(new Set(writes.map(({ uid }) => uid)).size).toBe(1000);
    expect(most()).toBeLessThanOrEqual(4);
    expect(most()).toBeGreaterThan(1);
  });

  it('writes the last of five changes within half a second, not each of them', async () => {
    const { queue, writes } = watched();
    for (const generation of [1, 2, 3, 4, 5]) {
      const verdict = { ready: generation % 2 === 1, message: `version ${generation}` };
      queue.offer(new Map(numbers(1000).map((i) => [template(`t${i}`, generation), verdict])));
      await vi.advanceTimersByTimeAsync(1);
    }
    await vi.advanceTimersByTimeAsync(20_000);
    expect(writes.length).toBeLessThanOrEqual(1010);
    const last = new Map(writes.map(({ uid, message }) => [uid, message]));
    expect([...new Set(last.values())]).toEqual(['version 5']);
    expect(last.size).toBe(1000);
  });

  it('writes nothing that the status says already, whatever its time', async () => {
    const { queue, writes } = watched();
    queue.offer(offerOf([template('a', 1, inUse, '1999-01-01T00:00:00Z'), inUse], [template('b', 3, broken), broken]));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(writes).toEqual([]);
  });

  it.each([
    ['another verdict', template('a', 1, broken)],
    ['another message', template('a', 1, { ready: true, message: 'else' })],
    ['another version of the template', { ...template('a', 1, inUse), metadata: template('a', 2).metadata }],
    ['nothing', template('a')],
  ])('writes where the status says %s', async (_, object) => {
    const { queue, writes } = watched();
    queue.offer(offerOf([object, inUse]));
    await vi.advanceTimersByTimeAsync(1500);
    expect(writes).toMatchObject([{ uid: 'a', message: 'in use' }]);
  });

  it('writes nothing when somebody else has written meanwhile', async () => {
    const { queue, writes } = watched();
    queue.offer(offerOf([template('a'), inUse]));
    await vi.advanceTimersByTimeAsync(400);
    queue.offer(offerOf([template('a', 1, inUse), inUse]));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(writes).toEqual([]);
  });

  it('takes the echo of its own write for nothing new, however late it comes', async () => {
    const { queue, writes } = watched();
    queue.offer(offerOf([template('a'), inUse]));
    await vi.advanceTimersByTimeAsync(1500);
    for (let i = 0; i < 100; i++) {
      queue.offer(offerOf([template('a'), inUse]));
      await vi.advanceTimersByTimeAsync(100);
    }
    queue.offer(offerOf([template('a', 1, inUse), inUse]));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(writes).toHaveLength(1);
  });

  it('does not fight with a replica that says something else: at most one write a minute', async () => {
    const { queue, writes } = watched();
    for (let second = 0; second < 600; second++) {
      queue.offer(offerOf([template('a', 1, { ready: true, message: 'of another version' }), inUse]));
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(writes.length).toBeGreaterThanOrEqual(9);
    expect(writes.length).toBeLessThanOrEqual(11);
  });

  it('tries again after a failure, less and less often, and reports each', async () => {
    const { queue, writes, failures } = watched((all) => {
      if (all.length < 5) throw new Error('no route');
      return true;
    });
    queue.offer(offerOf([template('a'), inUse]));
    await vi.advanceTimersByTimeAsync(30_000);
    const pauses = writes.slice(1).map(({ at }, i) => Math.round((at - (writes[i]?.at ?? 0)) / 1000));
    expect(pauses).toEqual([1, 2, 4, 8]);
    expect(failures).toHaveLength(4);
  });

  it('writes the newest verdict after a failure, and not before its pause is over', async () => {
    const { queue, writes } = watched((all) => all.length > 1);
    queue.offer(offerOf([template('a'), inUse]));
    await vi.advanceTimersByTimeAsync(1100);
    expect(writes).toHaveLength(1);
    queue.offer(offerOf([template('a', 2), broken]));
    await vi.advanceTimersByTimeAsync(5000);
    expect(writes).toMatchObject([{ message: 'in use' }, { generation: 2, message: 'broken' }]);
    expect((writes[1]?.at ?? 0) - (writes[0]?.at ?? 0)).toBeGreaterThanOrEqual(1000);
  });

  it('forgets what is deleted: before its write, and between two tries', async () => {
    const { queue, writes } = watched(() => false);
    queue.offer(offerOf([template('a'), inUse]));
    queue.offer(offerOf([template('b'), inUse]));
    await vi.advanceTimersByTimeAsync(1500);
    queue.offer(offerOf());
    await vi.advanceTimersByTimeAsync(120_000);
    expect(new Set(writes.map(({ uid }) => uid))).toEqual(new Set(['b']));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops', async () => {
    const { queue, writes } = watched();
    queue.offer(new Map(numbers(100).map((i) => [template(`t${i}`), inUse])));
    queue.stop();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(writes).toEqual([]);
  });
});
