import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEventQueue } from '../../src/cluster/event-queue.ts';
import type { CountedEvent, Written } from '../../src/cluster/event-writer.ts';
import type { EventNote } from '../../src/core/event.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const about = (name: string, note = 'Wrong.', namespace = 'shop', kind = 'ReplicaSet'): EventNote => ({
  ...{ namespace, reason: 'SidecarRefused', note },
  regarding: { apiVersion: 'apps/v1', kind, name, uid: `uid-${name}` },
});

/**
 * A queue with its writes. A ReplicaSet `web-1` belongs to the Deployment `web`. `answer` is what becomes of a write.
 */
function watched(answer: (event: CountedEvent, writes: number) => Written | Error = () => ({ name: 'e' })) {
  const writes: CountedEvent[] = [];
  const results: Record<string, number> = {};
  const failures: string[] = [];
  const looked: string[] = [];
  let now = 0;
  let most = 0;
  const busy = async <T>(value: T): Promise<T> => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 10));
    now -= 1;
    return value;
  };
  const queue = createEventQueue({
    rootOf(_, owner) {
      looked.push(owner.name);
      const name = owner.name.replace(/-\d+$/, '');
      return busy({ ...owner, kind: 'Deployment', name, uid: `uid-${name}` });
    },
    async write(event) {
      writes.push(event);
      const given = await busy(answer(event, writes.length));
      if (given instanceof Error) throw given;
      return given;
    },
    done(result) {
      results[result] = (results[result] ?? 0) + 1;
    },
    failed: (_, reason) => void failures.push(reason),
  });
  return { queue, writes, results, failures, looked, most: () => most };
}

const minutes = (count: number) => vi.advanceTimersByTimeAsync(count * 60_000);
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('the queue of Events', () => {
  it('writes what many pods of a workload have in common once, and then how often, once a minute', async () => {
    const { queue, writes, results, looked } = watched();
    for (const _ of numbers(3)) queue.report(about('web-1'));
    await vi.advanceTimersByTimeAsync(100);
    expect(writes).toMatchObject([{ name: '', count: 3, note: { regarding: { kind: 'Deployment', name: 'web' } } }]);
    for (const _ of numbers(1000)) {
      queue.report(about('web-1'));
      queue.report(about('web-2')); // the next rollout
      await vi.advanceTimersByTimeAsync(100);
    }
    await minutes(2);
    expect(writes.slice(1).map(({ name, count }) => `${name} ${count}`)).toEqual(['e 1203', 'e 2003']);
    expect(results).toEqual({ created: 1, counted: 2 });
    expect(looked).toEqual(['web-1', 'web-2']);
    expect(queue.size()).toBe(0);
  });

  it('writes an Event that has expired anew, and counts from there', async () => {
    const { queue, writes } = watched(({ name }) => (name === 'old' ? 'gone' : { name: name === '' ? 'old' : name }));
    queue.report(about('web-1'));
    await minutes(120);
    queue.report(about('web-1'));
    await minutes(1);
    expect(writes.map(({ name, count }) => `${name} ${count}`)).toEqual([' 1', 'old 2', ' 1']);
    expect(writes[2]?.first).toBe(writes[1]?.last);
  });

  it('tries again when the API server is away, five times, and later when it happens again', async () => {
    let away = true;
    const { queue, writes, failures, results } = watched(() => (away ? new Error('away') : { name: 'e' }));
    queue.report(about('web-1'));
    await minutes(10);
    expect(writes).toHaveLength(5);
    expect(failures).toEqual(['away']);
    away = false;
    queue.report(about('web-1'));
    await minutes(10);
    expect(writes).toHaveLength(6);
    expect(results).toEqual({ failed: 1, created: 1 });
  });

  it('does not try again what the API server does not take', async () => {
    const { queue, writes, failures } = watched(() => ({ refusal: '403: forbidden' }));
    queue.report(about('web-1'));
    await minutes(10);
    expect([writes.length, failures]).toEqual([1, ['403: forbidden']]);
  });

  it('writes ten different Events about one owner, says so, and then one each five minutes', async () => {
    const { queue, writes, results } = watched();
    for (const i of numbers(40)) queue.report(about('web-1', `Wrong ${i}.`));
    await minutes(1);
    expect(writes).toHaveLength(11);
    const limits = writes.filter(({ note }) => note.reason === 'SidecarEventsLimited');
    expect(limits.map(({ note }) => note.note)).toEqual([
      expect.stringMatching(/^The pods of Deployment web have more/),
    ]);
    expect(results).toEqual({ created: 11, limited: 30 });
    await minutes(4.1);
    queue.report(about('web-1', 'Wrong again.'));
    queue.report(about('web-1', 'And again.'));
    await minutes(1);
    expect(writes.filter(({ note }) => /again/.test(note.note))).toHaveLength(1);
  });

  it('asks and writes a bounded number of times, whatever owners pods of one namespace claim, and others are not affected', async () => {
    const { queue, writes, looked, results, most } = watched();
    for (const i of numbers(20_000)) queue.report(about(`forged${i}`));
    queue.report(about('web-1', 'Wrong.', 'other'));
    await minutes(1);
    expect(looked).toHaveLength(51);
    expect(writes).toHaveLength(51);
    expect(writes.filter(({ note }) => note.namespace === 'other')).toHaveLength(1);
    expect(results).toEqual({ created: 51, limited: 19_950 });
    expect(most()).toBe(2);
  });

  it('holds a bounded number of Events when the API server does not answer', async () => {
    const { queue, results } = watched(() => new Error('away'));
    for (const i of numbers(10_000)) queue.report(about('web-1', 'Wrong.', `namespace-${i}`));
    expect(queue.size()).toBeLessThanOrEqual(258);
    expect(results.dropped).toBeGreaterThan(9000);
  });

  it('cuts a long text to what the API server takes, between two characters', async () => {
    const { queue, writes } = watched();
    queue.report(about('web-1', 'é'.repeat(2000)));
    await minutes(1);
    const note = writes[0]?.note.note ?? '';
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024);
    expect(note).toMatch(/^é{510}…$/);
  });
});
