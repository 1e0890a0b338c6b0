// Pods that the engine cannot read: refused where somebody asks for a sidecar, else left to the API server.
import { expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import type { NamespaceFacts, State } from '../../src/state/state.ts';
import { policy } from '../policy/policy.ts';
import { builtInState } from './state.ts';

const topz = { 'sidecar.io/topz': 'true' };
const nameless = (annotations: JsonObject = {}): Json => ({ metadata: { annotations }, spec: { containers: [{}] } });
const withNamespace = (facts: Partial<NamespaceFacts>): State => ({
  ...builtInState,
  namespaces: new Map([['shop', { annotations: {}, labels: {}, ...facts }]]),
});
const policies = [policy('all', { require: [{ sidecar: 'topz' }] })];

it.each([
  ['Unchanged', 'nobody asks', nameless(), builtInState, undefined],
  ['Refused', 'the pod asks', nameless(topz), builtInState, undefined],
  [
    'Refused',
    'its workload asked',
    nameless({ 'sidecar.io/from-workload': '{"topz":"true"}' }),
    builtInState,
    undefined,
  ],
  ['Refused', 'its workload asks', nameless(), builtInState, { annotations: topz }],
  ['Refused', 'its namespace asks', nameless(), withNamespace({ annotations: topz }), undefined],
  ['Refused', 'a policy asks', nameless(), withNamespace({ policies }), undefined],
] as const)('%s: %s', (kind, _name, pod, state, workload) => {
  expect(inject({ pod, namespace: 'shop', ...(workload ? { workload } : {}) }, state).kind).toBe(kind);
});
