// Facts of a cluster, and what `explain` makes of them.
import type { JsonObject } from '../../src/core/json.ts';
import { type Decision, explain } from '../../src/engine/explain/explain.ts';
import type { EntryFacts, ExplainRequest, LiveFacts, RegistrationFacts } from '../../src/engine/explain/facts.ts';
import { inject } from '../../src/engine/inject.ts';
import { selectorOf } from '../../src/policy/selector.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import type { State } from '../../src/state/state.ts';
import { webhookConfigurations } from '../../src/state/webhook-configurations.ts';
import { patched } from '../../src/yaml-edit/edit-document.ts';
import { type Entry, registration } from '../state/conditions.ts';
import { builtInState } from './state.ts';

export const [before, created, after] = ['11', '12', '13'].map((hour) => `2026-11-26T${hour}:00:00Z`) as [
  string,
  string,
  string,
];
export const topz = { 'sidecar.io/topz': 'true' };

export function podOf(name: string, annotations: JsonObject = {}, spec: JsonObject = {}, metadata: JsonObject = {}) {
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', annotations, ...metadata } },
    spec: { containers: [{ name: 'web', image: 'web' }], ...spec },
  } satisfies JsonObject;
}

/** The pod as the API server has it after an injection. */
export function injected(pod: JsonObject, state: State = builtInState, namespace = 'shop'): JsonObject {
  const outcome = inject({ pod, namespace }, state);
  if (outcome.kind !== 'Injected') throw new Error(`not injected: ${JSON.stringify(outcome)}`);
  return stored(patched(pod, outcome.patch) as JsonObject);
}

/** The pod as the API server has it. */
export function stored(pod: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { ...pod, metadata: { ...(pod.metadata as JsonObject), creationTimestamp: created, ...metadata } };
}

/** The field tracking of a manager that has written an annotation. */
export const written = (key: string, time: string) => ({
  ...{ manager: 'kubectl', operation: 'Update', time },
  fieldsV1: { 'f:metadata': { 'f:annotations': { [`f:${key}`]: {} } } },
});

/** The entries for pods that the injector registers. */
export function entriesOf(state: State): EntryFacts[] {
  const [mutating] = webhookConfigurations(state, registration, '');
  return ((mutating?.webhooks ?? []) as readonly Entry[])
    .filter(({ name }) => !/^(carry|check|label)-/.test(name))
    .map(({ name, failurePolicy, namespaceSelector, objectSelector, matchConditions }) => ({
      ...{ name, failurePolicy, namespaces: selectorOf(namespaceSelector), pods: selectorOf(objectSelector) },
      conditions: matchConditions.map(({ expression }) => expression),
    }));
}

export const registered = (changes: Partial<RegistrationFacts> = {}, state: State = builtInState) => ({
  ...{ name: 'injector', created: before, entries: entriesOf(state), service: undefined, hasExpired: false },
  ...changes,
});

/** A cluster whose injector answers, and in which nothing has happened. */
const quiet: LiveFacts = {
  ...{ stored: undefined, owner: undefined, namespace: undefined, registration: registered(), answer: 'answered' },
  ...{ endpoints: 1, events: [], templates: [], policies: [], known: { kind: 'same' }, failures: [] },
};

export interface Asked extends Partial<Omit<ExplainRequest, 'live' | 'pod'>> {
  readonly pod: JsonObject;
  /** Undefined for a manifest. */
  readonly live?: Partial<LiveFacts> | undefined;
  readonly state?: State;
}

/** A pod in the namespace `shop`, if nothing else is said. */
export function decided({ state = builtInState, live, pod, ...rest }: Asked): Decision {
  const { name } = pod.metadata as { name?: string };
  const request = { namespace: 'shop', title: `pod/${name}`, written: { object: pod, role: 'pod' as const }, ...rest };
  return explain({ pod, ...request, ...(live && { live: { ...quiet, ...live } }) }, state);
}

/** The state of a cluster with these namespaces, templates and policies. */
export function stateWith(...parts: Parameters<ReturnType<typeof createClusterState>>): State {
  return createClusterState(builtInState)(...parts).state;
}
