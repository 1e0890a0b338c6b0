import { textAt } from '../core/fields.ts';
import { beforeRestart } from './before-restart.ts';
import type { Claims } from './budgets.ts';
import { failed } from './failure.ts';
import { conditionOf, numberAt, restartOf } from './fields.ts';
import { meansOf, type Replacement, replicasOf } from './means.ts';
import { isLeaving, type Observation, sorted } from './observation.ts';
import { delayOf, failureOf, hasRestarted, isReady } from './pod-failure.ts';
import { type Judged, type Progress, type Verdict, waiting } from './verdict.ts';

/**
 * So long all pods have to stay ready, in milliseconds: one whose container ends right after its start is ready for a
 * moment. After a second end the kubelet waits for 10 s, so one that goes on like that is noticed in the longer time.
 */
const settling = { atFirst: 5000, afterEnds: 30_000 };

/**
 * What comes next for an owner, and what to remember. Stops where its new pods fail, and where no further pod becomes
 * ready for `timeout` milliseconds. `claims` are those of the workloads that are being restarted beside it.
 */
export function judge(
  seen: Observation,
  before: Progress,
  now: number,
  timeout: number,
  claims: Claims = new Map(),
): Judged {
  const { owner } = seen;
  const { restart } = before;
  const means = meansOf(owner);
  if ('left' in means)
    return {
      verdict: isInterrupted(seen, restart)
        ? failed(owner, { reason: 'Interrupted', message: means.left })
        : { step: 'leave', why: means.left },
      progress: before,
    };
  if (restart === undefined) return beforeRestart(seen, means, before, now, timeout, claims);
  const { fresh, old } = sorted(seen, restart);
  const ready = fresh.filter(isReady).length;
  const done = isDone(seen, ready, old.length);
  const settled = done ? (before.settled ?? now) : undefined;
  const isSettled =
    settled !== undefined && now - settled >= (fresh.some(hasRestarted) ? settling.afterEnds : settling.atFirst);
  // One that only comes and goes makes no progress, also where all are ready for a moment.
  const progress = { ...before, settled, ...(isSettled || ready > before.ready ? { ready, since: now } : {}) };
  const wrong = failureIn(seen, restart, fresh);
  if (wrong) return { verdict: wrong, progress };
  if (isSettled) return { verdict: { step: 'ready' }, progress };
  if (settled !== undefined) return { verdict: waiting(ready, replicasOf(owner), ''), progress };
  // So long after it is ready a pod counts for the controller, which makes the next one only then.
  const patience = timeout + numberAt(owner, 'spec.minReadySeconds') * 1000;
  if (progress.since + patience < now) return { verdict: delayed(seen, progress, fresh, patience), progress };
  const next = toEvict(seen, means, fresh, old);
  if (next) return { verdict: { step: 'evict', pod: textAt(next, 'metadata.name') }, progress };
  return { verdict: waiting(ready, replicasOf(owner), progress.held), progress };
}

/** The pod to evict now, so that its controller makes it anew; undefined where none is to be evicted yet. */
function toEvict(
  { owner, pods }: Observation,
  { by }: Replacement,
  fresh: Observation['pods'],
  old: Observation['pods'],
): Observation['pods'][number] | undefined {
  // A StatefulSet waits for a pod of before that fails, and never replaces it. Source: the forced rollback of its docs.
  if (by === 'controller') return owner.kind === 'StatefulSet' ? old.find((pod) => failureOf(pod)) : undefined;
  const isWhole = fresh.every(isReady) && fresh.length + old.length >= replicasOf(owner) && !pods.some(isLeaving);
  return isWhole ? (old.find((pod) => !isReady(pod)) ?? old.at(-1)) : undefined;
}

/** Whether somebody keeps a workload from becoming whole after its restart: the next wave is not to begin. */
function isInterrupted(seen: Observation, restart: string | undefined): boolean {
  const { owner } = seen;
  if (restart === undefined || replicasOf(owner) === 0 || isLeaving(owner)) return false;
  return sorted(seen, restart).old.length > 0;
}

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
  const wanted = replicasOf(owner);
  return isSeen(owner) && old === 0 && ready >= wanted && numberAt(owner, field) >= wanted;
}

function delayed({ owner }: Observation, { held }: Progress, fresh: Observation['pods'], patience: number): Verdict {
  const late = fresh.find((pod) => !isReady(pod));
  const deadline = numberAt(owner, 'spec.progressDeadlineSeconds');
  const more =
    deadline * 1000 > patience
      ? ` Its progressDeadlineSeconds is ${deadline}; use --timeout ${deadline}s to wait as long.`
      : '';
  const seconds = `No further pod became ready within ${patience / 1000} s.${more}`;
  if (late) {
    const delay = delayOf(late);
    return failed(owner, { ...delay, message: `${seconds} ${delay.message}`.trim() });
  }
  return held === ''
    ? failed(owner, { reason: 'NotReady', message: seconds })
    : failed(owner, { reason: 'DisruptionBudget', message: held });
}
