import type { EventNote, ObjectReference } from '../core/event.ts';
import { withinBytes } from '../core/within-bytes.ts';
import { createBudget } from './budget.ts';
import { createSeries, type Series, type SeriesOptions } from './event-series.ts';
import { createPool } from './pool.ts';
import { createRecent } from './recent.ts';

export interface EventQueueOptions extends Omit<SeriesOptions, 'pool'> {
  /** Whom people know as the owner. Never rejects. */
  readonly rootOf: (namespace: string, owner: ObjectReference) => Promise<ObjectReference>;
}

export interface EventQueue {
  /** Takes an Event and returns at once. */
  readonly report: (note: EventNote) => void;
  /** Events that are looked up or written now, or wait for it. */
  readonly size: () => number;
}

/** Requests at a time, Events that wait for their owner, and Events that are remembered, to be counted. */
const [maxRequests, maxWaiting, maxKnown] = [2, 256, 2048];
/** Bytes. Source: the validation of events.k8s.io/v1. */
const maxNote = 1024;
/**
 * Different Events about one owner, and in one namespace, whoever owns what: so many at once, then one after each time.
 */
const perOwner = { burst: 10, every: 300_000, most: maxKnown };
const perNamespace = { burst: 50, every: 10_000, most: maxKnown };

/**
 * Writes Events in the background: the same one is written once and then counted. Whatever pods are created, requests,
 * memory and the number of Events are bounded, and no namespace uses up what others have.
 */
export function createEventQueue({ rootOf, ...options }: EventQueueOptions): EventQueue {
  const pool = createPool(maxRequests);
  const { done } = options;
  /** By what was reported and by what it became: pods of two ReplicaSets make one Event about their Deployment. */
  const known = createRecent<Series>(maxKnown);
  const waiting = new Map<string, { times: number; last: number }>();
  const leftOfOwner = createBudget(perOwner);
  const leftOfNamespace = createBudget(perNamespace);

  async function find(key: string, note: EventNote): Promise<void> {
    const regarding = await rootOf(note.namespace, note.regarding);
    const { times, last } = waiting.get(key) ?? { times: 1, last: Date.now() };
    waiting.delete(key);
    const series = seriesOf({ ...note, regarding }, last);
    if (!series) return done('limited');
    known.set(key, series);
    series.add(times, last);
  }

  /** Undefined where the owner has too many. */
  function seriesOf(note: EventNote, now: number): Series | undefined {
    const key = keyOf(note);
    const found = known.get(key);
    if (found) return found;
    const { kind, name } = note.regarding;
    const left = leftOfOwner(`${note.namespace} ${kind} ${name}`);
    if (left < 0) return undefined;
    if (left === 0) createSeries(limitOf(note), { ...options, pool }).add(1, now);
    const series = createSeries(note, { ...options, pool });
    known.set(key, series);
    return series;
  }

  return {
    report(given) {
      const note = { ...given, note: withinBytes(given.note, maxNote) };
      const key = keyOf(note);
      const now = Date.now();
      const series = known.get(key);
      const before = waiting.get(key);
      if (series) series.add(1, now);
      else if (before) Object.assign(before, { times: before.times + 1, last: now });
      else if (leftOfNamespace(note.namespace) < 0) done('limited');
      else if (waiting.size >= maxWaiting) done('dropped');
      else {
        waiting.set(key, { times: 1, last: now });
        pool.add(() => find(key, note));
      }
    },
    size: pool.size,
  };
}

function keyOf({ namespace, regarding: { kind, name, uid }, reason, note }: EventNote): string {
  return [namespace, kind, name, uid, reason, note].join(' ');
}

/** The last Event about an owner that has too many. */
function limitOf({ namespace, regarding }: EventNote): EventNote {
  const note = `The pods of ${regarding.kind} ${regarding.name} have more distinct problems than the injector writes Events for. Its log has all of them.`;
  return { namespace, regarding, reason: 'SidecarEventsLimited', note };
}
