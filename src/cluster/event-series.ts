import type { EventNote } from '../core/event.ts';
import { messageOf } from '../core/message-of.ts';
import type { CountedEvent, Written } from './event-writer.ts';
import type { Pool } from './pool.ts';

/**
 * What became of an Event: `limited` and `dropped` were not written, because an owner, a namespace or all have too
 * many.
 */
export type EventResult = 'created' | 'counted' | 'limited' | 'dropped' | 'failed';

export interface SeriesOptions {
  readonly pool: Pool;
  readonly write: (event: CountedEvent) => Promise<Written>;
  readonly done: (result: EventResult) => void;
  /** An Event was given up, because the API server does not take it or several attempts failed. */
  readonly failed: (note: EventNote, reason: string) => void;
}

/** The same Event again and again. */
export interface Series {
  /** It has happened so many times more, the last time at `last`. */
  readonly add: (times: number, last: number) => void;
}

/** Milliseconds from one write of the same Event to the next, and after a failure. */
const [pause, firstRetry] = [60_000, 1000];
const maxFailures = 5;

/** Creates an Event, counts it, at most once a minute, and creates another one when it has expired. */
export function createSeries(note: EventNote, { pool, write, done, failed }: SeriesOptions): Series {
  let event: CountedEvent = { note, name: '', count: 0, first: 0, last: 0 };
  let written = 0;
  let failures = 0;
  let earliest = 0;
  let planned = false;

  function plan(): void {
    if (planned || event.count === written) return;
    planned = true;
    const wait = earliest - Date.now();
    if (wait > 0) setTimeout(() => pool.add(writeNow), wait).unref();
    else pool.add(writeNow);
  }

  async function writeNow(): Promise<void> {
    const sent = event;
    earliest = Date.now() + pause;
    try {
      accept(sent, await write(sent));
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === maxFailures) giveUp(sent, messageOf(error));
      else earliest = Date.now() + firstRetry * 2 ** failures;
    }
    planned = false;
    plan();
  }

  function accept(sent: CountedEvent, answer: Written): void {
    if (answer === 'gone') {
      event = { ...event, name: '', count: event.count - written, first: event.last };
      written = 0;
      earliest = 0;
    } else if ('refusal' in answer) giveUp(sent, answer.refusal);
    else {
      written = sent.count;
      event = { ...event, name: answer.name };
      done(sent.name === '' ? 'created' : 'counted');
    }
  }

  function giveUp({ count }: CountedEvent, reason: string): void {
    written = count;
    failures = 0;
    failed(note, reason);
    done('failed');
  }

  return {
    add(times, last) {
      event = { ...event, count: event.count + times, first: event.first || last, last };
      plan();
    },
  };
}
