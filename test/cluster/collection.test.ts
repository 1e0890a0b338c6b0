import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCollection } from '../../src/cluster/collection.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const object = (name: string, version: number) => ({ metadata: { name, resourceVersion: String(version) } });

function collection(...watched: ReturnType<typeof object>[]) {
  const created = createCollection<ReturnType<typeof object>>();
  created.watched(watched);
  const versions = () => created.all().map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`);
  return { ...created, versions };
}

describe('a collection', () => {
  it('has nothing before the first list, not even what was looked up', () => {
    const created = createCollection<ReturnType<typeof object>>();
    expect(created.lookedUp(object('a', 1))).toBe(false);
    expect([created.listed(), created.has('a'), created.all()]).toEqual([false, false, []]);
  });

  it('takes what was looked up where it is new or newer, by number', () => {
    const { lookedUp, versions, has } = collection(object('a', 9), object('b', 10));
    expect([lookedUp(object('a', 10)), lookedUp(object('b', 9)), lookedUp(object('b', 10))]).toEqual([
      true,
      false,
      false,
    ]);
    expect([lookedUp(object('c', 11)), has('c'), has('d')]).toEqual([true, true, false]);
    expect(versions()).toEqual(['a 10', 'b 10', 'c 11']);
  });

  it('keeps what was looked up until the watch has it, and no older version comes back', () => {
    const { lookedUp, watched, versions } = collection(object('a', 1));
    lookedUp(object('a', 5));
    lookedUp(object('b', 6));
    watched([object('a', 3)]);
    expect(versions()).toEqual(['a 5', 'b 6']);
    watched([object('a', 5), object('b', 7)]);
    watched([]);
    expect(versions()).toEqual([]);
  });

  it('forgets what the watch does not have after a minute: it was deleted', () => {
    const { lookedUp, watched, versions } = collection();
    lookedUp(object('a', 5));
    vi.advanceTimersByTime(59_000);
    watched([]);
    expect(versions()).toEqual(['a 5']);
    vi.advanceTimersByTime(2000);
    watched([]);
    expect(versions()).toEqual([]);
  });
});
