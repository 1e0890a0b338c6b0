import { textAt } from '../core/fields.ts';
import type { JsonObject } from '../core/json.ts';
import { restartOf } from './fields.ts';

/** An owner of pods as the cluster has it at one moment, with all that decides what comes next. */
export interface Observation {
  readonly owner: JsonObject;
  /** All of its pods, also those on their way out. */
  readonly pods: readonly JsonObject[];
  /** The PodDisruptionBudgets that select its pods. */
  readonly budgets: readonly JsonObject[];
  /** What Events say about pods that the API server has refused since the restart. */
  readonly refusals: readonly string[];
}

/**
 * The pods of an owner, by whether they were made after a restart. Those that have ended or are on their way out are in
 * neither.
 */
export function sorted(
  { pods }: Observation,
  restart: string,
): { readonly fresh: JsonObject[]; readonly old: JsonObject[] } {
  const staying = pods.filter(
    (pod) => !isLeaving(pod) && !['Failed', 'Succeeded'].includes(textAt(pod, 'status.phase')),
  );
  const isFresh = (pod: JsonObject) => restartOf(pod, 'metadata') === restart;
  return { fresh: staying.filter(isFresh), old: staying.filter((pod) => !isFresh(pod)) };
}

/** Whether a pod is on its way out. */
export function isLeaving(pod: JsonObject): boolean {
  return textAt(pod, 'metadata.deletionTimestamp') !== '';
}

/**
 * The restart that is already under way: none of the pods that are to be replaced was made after it. Undefined where
 * the owner has to be restarted.
 */
export function restartUnderWay(owner: JsonObject, stale: readonly JsonObject[]): string | undefined {
  const restart = restartOf(owner, 'spec.template.metadata');
  const isUnderWay = stale.every((pod) => restartOf(pod, 'metadata') !== restart);
  return isUnderWay ? restart : undefined;
}
