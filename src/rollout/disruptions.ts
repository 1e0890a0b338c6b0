import { type Replacement, replicasOf } from './means.ts';
import type { Observation } from './observation.ts';
import { isReady } from './pod-failure.ts';

/**
 * How many ready pods a restart takes away at once. A controller takes those first that are not ready, and keeps as
 * many as its strategy says; only a StatefulSet goes by their numbers. Source: cleanupUnhealthyReplicas in
 * pkg/controller/deployment, and rollingUpdate in pkg/controller/daemon.
 */
export function disruptionsOf({ owner, pods }: Observation, { by, atOnce }: Replacement): number {
  const ready = pods.filter(isReady).length;
  if (by === 'controller' && owner.kind === 'StatefulSet') return Math.min(atOnce, ready);
  const kept = replicasOf(owner) - atOnce;
  return Math.min(atOnce, Math.max(0, ready - kept));
}
