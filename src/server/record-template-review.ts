import type { TemplateFacts } from '../admission/template-facts.ts';
import type { ServerDeps } from './deps.ts';

/** Writes the one log line of the review of a template or a policy, and counts it. `trace` is a log field. */
export function recordTemplateReview(
  { kind, name, namespace, operation, outcome, messages }: TemplateFacts,
  trace: object,
  { log, metrics }: ServerDeps,
): void {
  metrics.templateReview(operation, outcome);
  const fields = { [kind]: name, namespace, operation, ...(messages.length > 0 ? { messages } : {}), ...trace };
  log[outcome === 'allowed' ? 'info' : 'warn'](fields, `a ${kind} is ${outcome}`);
}
