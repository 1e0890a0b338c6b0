import { mirrorKey, statusKey } from '../core/annotations.ts';
import type { Policy } from '../policy/policy.ts';
import type { Selector } from '../policy/selector.ts';
import { asksText, needsText } from './match-condition.ts';
import { requiredSidecars } from './required-sidecars.ts';
import type { State } from './state.ts';

export type FailurePolicy = 'Fail' | 'Ignore';

/**
 * One entry of the MutatingWebhookConfiguration: which pods cause a call, and what becomes of them without an answer.
 */
export interface WebhookEntry {
  readonly name: string;
  readonly failurePolicy: FailurePolicy;
  /** Whether it is about the namespaces with the label that makes their annotations count, or about all others. */
  readonly labelled: boolean;
  /** CEL that must be true. */
  readonly condition: string;
  /** Labels of the namespaces and of the pods; all when undefined. */
  readonly selectors?: { readonly namespaces: Selector; readonly pods: Selector };
}

/** The entry of a policy, and the one of all where they are too many. */
export const entryOfPolicy = (name: string) => `policy-${name}`;
export const entryOfPolicies = 'policies';

/**
 * Policies with entries of their own. Each entry holds the CAs, and an object of the API server is limited to 1.5 MiB.
 */
const mostPolicies = 100;

/**
 * The entries that follow from the templates and the policies. Each pod matches one of them at most, the strictest that
 * concerns it, whatever the pod itself says; where several policies are for it, the first call leaves its mark.
 */
export function webhookEntries(state: State, namespaceFailurePolicy: FailurePolicy): readonly WebhookEntry[] {
  const needs = needsText(requiredSidecars(state));
  return [
    { name: 'required', failurePolicy: 'Fail', labelled: false, condition: needs },
    { name: 'namespace-required', failurePolicy: 'Fail', labelled: true, condition: needs },
    { name: 'namespace', failurePolicy: namespaceFailurePolicy, labelled: true, condition: `!(${needs})` },
    { name: 'optional', failurePolicy: 'Ignore', labelled: false, condition: `(${asksText}) && !(${needs})` },
    ...policyEntries(state.policies),
  ];
}

/**
 * Entries for pods that ask for nothing, where a policy requires something. While no injector answers, the rules inside
 * the API server refuse such a pod, in the words of the policy.
 */
function policyEntries(policies: readonly Policy[]): WebhookEntry[] {
  const marked = `has(object.metadata.annotations) && '${statusKey}' in object.metadata.annotations`;
  const entry = { failurePolicy: 'Ignore', labelled: false, condition: `!(${asksText}) && !(${marked})` } as const;
  const requiring = policies.filter(({ require }) => require.length > 0);
  if (requiring.length > mostPolicies) return [{ ...entry, name: entryOfPolicies }];
  return requiring.map(({ name, namespaces, pods }) => ({
    ...{ ...entry, name: entryOfPolicy(name) },
    selectors: { namespaces, pods },
  }));
}

/** CEL: the pod is not the mirror of a static pod, which the kubelet runs whatever the API server says. */
export const notMirrorText = `!has(object.metadata.annotations) || !('${mirrorKey}' in object.metadata.annotations)`;
