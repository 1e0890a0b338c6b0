import { heldBy } from './budgets.ts';
import { type Failure, failed } from './failure.ts';
import { conditionOf, numberAt, restartOf, textAt } from './fields.ts';
import { meansOf, podsOf } from './means.ts';
import { isLeaving, type Observation, sorted } from './observation.ts';
import { delayOf, failureOf, isReady } from './pod-failure.ts';

/** What is remembered of an owner from one look to the next. */
export interface Progress {
  /** The restart that this run brought about, or found under way; undefined before. */
  readonly restart: string | undefined;
  /** The most new pods that were ready at once. */
  readonly ready: number;
  /** When that number last grew, in milliseconds. */
  readonly since: number;
  /** Since when all pods are new and ready, in milliseconds; undefined while they are not. */
  readonly settled: number | undefined;
  /** Why the last eviction was refused; empty where it was not. */
  readonly held: string;
}

/** So long all pods have to stay ready, in milliseconds: one whose container ends right after its start is ready for a moment. */
const settling = 5000;

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
  return { restart, ready: 0, since: now, settled: undefined, held: '' };
}

/**
 * What comes next for an owner, and what to remember. Stops where its new pods fail, and where no further pod becomes ready
 * for `timeout` milliseconds.
 */
export function judge(
  seen: Observation,
  before: Progress,
  now: number,
  timeout: number,
): { readonly verdict: Verdict; readonly progress: Progress } {
  const { owner, budgets } = seen;
  const { restart } = before;
  const means = meansOf(owner);
  if ('left' in means)
    return {
      verdict: isInterrupted(seen, restart)
        ? failed(owner, { reason: 'Interrupted', message: means.left })
        : { step: 'leave', why: means.left },
      progress: before,
    };
  if (restart === undefined) {
    const why = heldBy(budgets, means.by === 'controller' ? means.atOnce : 0);
    if (why === undefined) return { verdict: { step: 'restart' }, progress: before };
    const held = failed(owner, { reason: 'DisruptionBudget', message: why });
    return { verdict: before.since + timeout < now ? held : waiting(0, podsOf(owner), why), progress: before };
  }
  const { fresh, old } = sorted(seen, restart);
  const ready = fresh.filter(isReady).length;
  const done = isDone(seen, ready, old.length);
  const settled = done ? (before.settled ?? now) : undefined;
  const progress = { ...before, settled, ...(done || ready > before.ready ? { ready, since: now } : {}) };
  const wrong = failureIn(seen, restart, fresh);
  if (wrong) return { verdict: wrong, progress };
  if (settled !== undefined) {
    const isSettled = now - settled >= settling;
    return { verdict: isSettled ? { step: 'ready' } : waiting(ready, podsOf(owner), ''), progress };
  }
  const isWhole = ready === fresh.length && ready + old.length >= podsOf(owner) && !seen.pods.some(isLeaving);
  const next = old.find((pod) => !isReady(pod)) ?? old.at(-1);
  const late = progress.since + timeout < now;
  if (late) return { verdict: delayed(seen, progress, fresh, timeout), progress };
  if (means.by === 'eviction' && isWhole && next)
    return { verdict: { step: 'evict', pod: textAt(next, 'metadata.name') }, progress };
  return { verdict: waiting(ready, podsOf(owner), progress.held), progress };
}

/** Whether somebody keeps a workload from becoming whole after its restart: the next wave is not to begin. */
function isInterrupted(seen: Observation, restart: string | undefined): boolean {
  const { owner } = seen;
  if (restart === undefined || podsOf(owner) === 0 || isLeaving(owner)) return false;
  return sorted(seen, restart).old.length > 0;
}

const waiting = (ready: number, of: number, why: string): Verdict => ({ step: 'wait', ready, of, why });

function failureIn({ owner, refusals }: Observation, restart: string, fresh: Observation['pods']): Verdict | undefined {
  if (restartOf(owner, 'spec.template.metadata') !== restart) return failed(owner, { reason: 'TemplateChanged' });
  for (const pod of fresh) {
    const failure = failureOf(pod);
    if (failure) return failed(owner, failure);
  }
  if (!isSeen(owner)) return undefined;
  const refused = conditionOf(owner, 'ReplicaFailure')?.message ?? refusals.at(-1);
  if (refused !== undefined) return failed(owner, { reason: 'FailedCreate', message: String(refused) });
  const deadline = conditionOf(owner, 'Progressing', 'False');
  return deadline?.reason === 'ProgressDeadlineExceeded'
    ? failed(owner, { reason: deadline.reason, message: String(deadline.message) })
    : undefined;
}

/** Whether the controller has seen the owner as it is: before, its status says nothing. */
function isSeen(owner: Observation['owner']): boolean {
  return numberAt(owner, 'status.observedGeneration') >= numberAt(owner, 'metadata.generation');
}

function isDone({ owner }: Observation, ready: number, old: number): boolean {
  const field = owner.kind === 'DaemonSet' ? 'status.numberAvailable' : 'status.availableReplicas';
  const wanted = podsOf(owner);
  return isSeen(owner) && old === 0 && ready >= wanted && numberAt(owner, field) >= wanted;
}

function delayed({ owner }: Observation, { held }: Progress, fresh: Observation['pods'], timeout: number): Verdict {
  const late = fresh.find((pod) => !isReady(pod));
  const seconds = `No further pod became ready within ${timeout / 1000} s.`;
  if (late) {
    const delay = delayOf(late);
    return failed(owner, { ...delay, message: `${seconds} ${delay.message}`.trim() });
  }
  return held === ''
    ? failed(owner, { reason: 'NotReady', message: seconds })
    : failed(owner, { reason: 'DisruptionBudget', message: held });
}
