import type { ObjectFacts } from '../admission/object-facts.ts';
import type { ServerDeps } from './deps.ts';

/** Writes the one log line of the review of a workload or a namespace, and counts it. `trace` is a log field. */
export function recordObjectReview(
  { outcome, messages, ...object }: ObjectFacts,
  trace: object,
  { log, metrics }: ServerDeps,
): void {
  metrics.objectReview(outcome);
  const fields = { ...object, ...(messages.length > 0 ? { messages } : {}), ...trace };
  log[messages.length > 0 ? 'warn' : 'info'](fields, `an object is ${outcome}`);
}
