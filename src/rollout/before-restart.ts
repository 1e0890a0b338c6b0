import { type Claims, heldBy, isShared } from './budgets.ts';
import { disruptionsOf } from './disruptions.ts';
import { failed } from './failure.ts';
import { type Replacement, replicasOf } from './means.ts';
import type { Observation } from './observation.ts';
import { isReady } from './pod-failure.ts';
import { type Judged, type Progress, waiting } from './verdict.ts';

/**
 * Whether an owner can be restarted now, or what its budgets make it wait for: `timeout` milliseconds at most. `claims`
 * are those of the workloads that are being restarted beside it.
 */
export function beforeRestart(
  seen: Observation,
  means: Replacement,
  before: Progress,
  now: number,
  timeout: number,
  claims: Claims,
): Judged {
  const { owner, budgets } = seen;
  const all = replicasOf(owner);
  const disruptions = disruptionsOf(seen, means);
  // One that is short of pods itself, and loses none that is ready, can only make the budget whole.
  const isShort = seen.pods.filter(isReady).length < all;
  const why = isShort && disruptions === 0 ? undefined : heldBy(budgets, disruptions, claims);
  if (why === undefined) return { verdict: { step: 'restart' }, progress: before };
  // The time of the others is not its own.
  const progress = isShared(claims, budgets) ? { ...before, since: now } : before;
  if (progress.since + timeout >= now) return { verdict: waiting(0, all, why), progress };
  return { verdict: failed(owner, { reason: 'DisruptionBudget', message: why }), progress };
}
