import { mirrorKey } from '../core/annotations.ts';
import { asksText, needsText } from './match-condition.ts';
import { requiredSidecars } from './required-sidecars.ts';
import type { State } from './state.ts';

export type FailurePolicy = 'Fail' | 'Ignore';

/** One entry of the MutatingWebhookConfiguration: which pods cause a call, and what becomes of them without an answer. */
export interface WebhookEntry {
  readonly name: string;
  readonly failurePolicy: FailurePolicy;
  /** Whether it is about the namespaces with the label that makes their annotations count, or about all others. */
  readonly labelled: boolean;
  /** CEL that must be true. */
  readonly condition: string;
}

/**
 * The entries that follow from the templates. Each pod matches one of them at most, the strictest that concerns it, whatever
 * the pod itself says. `further` entries are those of whoever else needs calls.
 */
export function webhookEntries(
  state: State,
  namespaceFailurePolicy: FailurePolicy,
  further: readonly WebhookEntry[] = [],
): readonly WebhookEntry[] {
  const needs = needsText(requiredSidecars(state));
  return [
    { name: 'required', failurePolicy: 'Fail', labelled: false, condition: needs },
    { name: 'namespace-required', failurePolicy: 'Fail', labelled: true, condition: needs },
    { name: 'namespace', failurePolicy: namespaceFailurePolicy, labelled: true, condition: `!(${needs})` },
    { name: 'optional', failurePolicy: 'Ignore', labelled: false, condition: `(${asksText}) && !(${needs})` },
    ...further,
  ];
}

/** CEL: the pod is no mirror of a static pod, which the kubelet runs whatever the API server says. */
export const notMirrorText = `!has(object.metadata.annotations) || !('${mirrorKey}' in object.metadata.annotations)`;
