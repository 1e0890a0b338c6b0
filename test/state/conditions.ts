// The conditions of webhook entries, evaluated without an API server: so that many cases cost little. What a real one
// makes of them is tried in test/api-server.
import { Environment } from '@marcbachmann/cel-js';
import { type LabelSelector, type Labels, selectorOf, selects } from '../../src/policy/selector.ts';
import type { State } from '../../src/state/state.ts';
import { type Registration, webhookConfigurations } from '../../src/state/webhook-configurations.ts';

const environment = new Environment({ unlistedVariablesAreDyn: true }).registerFunction(
  'string.charAt(int): string',
  (text: string, index: bigint) => text.charAt(Number(index)),
);

/** Whether an expression is true. It throws where the API server would refuse the request with an error. */
export function holds(text: string, scope: Readonly<Record<string, unknown>>): boolean {
  // cel-js knows has() only without an index.
  const plain = text.replaceAll(/has\((\w[\w.]*\[\w+\][\w.]*)\.(\w+)\)/g, "('$2' in $1)");
  return environment.parse(plain)({ ...scope }) === true;
}

export const registration: Registration = {
  ...{ name: 'injector', namespace: 'sidecars', server: { service: 'injector' }, timeoutSeconds: 5 },
  namespaceFailurePolicy: 'Fail',
  excludedNamespaces: [],
};

/** An entry as it is registered. */
export interface Entry {
  readonly name: string;
  readonly failurePolicy: string;
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
  readonly matchConditions: readonly { readonly expression: string }[];
}

export interface Metadata {
  readonly annotations?: Labels;
  readonly labels?: Labels;
}

/** The names of the entries that concern a pod, without their domain. */
export function entriesFor(state: State, namespace: { name: string; labels?: Labels }, metadata: Metadata): string[] {
  const [{ webhooks } = { webhooks: [] }] = webhookConfigurations(state, registration, '');
  const labels = { 'kubernetes.io/metadata.name': namespace.name, ...namespace.labels };
  const scope = { object: { metadata }, oldObject: null, request: { namespace: namespace.name } };
  return (webhooks as readonly Entry[])
    .filter(({ name }) => !/^(carry|check|label)-/.test(name))
    .filter(({ namespaceSelector }) => selects(selectorOf(namespaceSelector), labels))
    .filter(({ objectSelector }) => selects(selectorOf(objectSelector), metadata.labels ?? {}))
    .filter(({ matchConditions }) => matchConditions.every(({ expression }) => holds(expression, scope)))
    .map(({ name }) => name.replace(/\.sidecar\.io$/, ''));
}
