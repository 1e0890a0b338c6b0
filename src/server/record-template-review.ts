import type { TemplateFacts } from '../admission/template-facts.ts';
import type { ServerDeps } from './deps.ts';

/** Writes the one log line of the review of a template, and counts it. `trace` is a log field. */
export function recordTemplateReview(
  { operation, outcome, messages, ...template }: TemplateFacts,
  trace: object,
  { log, metrics }: ServerDeps,
): void {
  metrics.templateReview(operation, outcome);
  const fields = { ...template, operation, ...(messages.length > 0 ? { messages } : {}), ...trace };
  log[outcome === 'allowed' ? 'info' : 'warn'](fields, `a template is ${outcome}`);
}
