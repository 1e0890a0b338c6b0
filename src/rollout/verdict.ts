import type { Failure } from './failure.ts';

/** What is remembered of an owner from one look to the next. */
export interface Progress {
  /** The restart that this run brought about, or found under way; undefined before. */
  readonly restart: string | undefined;
  /**
   * The time that a restart is asked for with, also once more: an answer may be lost after it was done. Undefined
   * before.
   */
  readonly asked: string | undefined;
  /** The most new pods that were ready at once. */
  readonly ready: number;
  /** When that number last grew, in milliseconds. */
  readonly since: number;
  /** Since when all pods are new and ready, in milliseconds; undefined while they are not. */
  readonly settled: number | undefined;
  /** Since when the API server has not answered, or not as it should, in milliseconds; undefined while it does. */
  readonly silent: number | undefined;
  /** Why the last eviction was refused; empty where it was not. */
  readonly held: string;
}

/** What comes next for an owner. */
export type Verdict =
  | { readonly step: 'restart' }
  | { readonly step: 'evict'; readonly pod: string }
  | { readonly step: 'wait'; readonly ready: number; readonly of: number; readonly why: string }
  | { readonly step: 'ready' }
  | { readonly step: 'leave'; readonly why: string }
  | { readonly step: 'stop'; readonly failure: Failure };

/** The progress before anything is done. */
export function begun(restart: string | undefined, now: number): Progress {
  return { restart, asked: undefined, ready: 0, since: now, settled: undefined, silent: undefined, held: '' };
}

/** What comes next for an owner, and what to remember until the next look. */
export interface Judged {
  readonly verdict: Verdict;
  readonly progress: Progress;
}

export function waiting(ready: number, of: number, why: string): Verdict {
  return { step: 'wait', ready, of, why };
}
