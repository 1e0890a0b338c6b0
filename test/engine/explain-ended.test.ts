// A pod that has ended: only the next one can get what it lacks.
import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { type Decision, explain } from '../../src/engine/explain/explain.ts';
import type { LiveFacts } from '../../src/engine/explain/facts.ts';
import { inject } from '../../src/engine/inject.ts';
import { patched } from '../../src/yaml-edit/edit-document.ts';
import { builtInState } from './state.ts';

const pod = {
  metadata: { name: 'web', namespace: 'shop', annotations: { 'sidecar.io/topz': 'true' } },
  spec: { restartPolicy: 'Never', containers: [{ name: 'web' }] },
};
const classic = {
  ...pod,
  metadata: { ...pod.metadata, annotations: { 'sidecar.io/topz': 'true', 'sidecar.io/topz-native': 'false' } },
};

function explained(stored: JsonObject, registration: LiveFacts['registration'] = 'unknown', asking = pod): Decision {
  return explain(
    {
      ...{ pod: asking, namespace: 'shop', title: 'pod/web', written: { object: asking, role: 'pod' } },
      live: {
        ...{ stored, owner: undefined, namespace: undefined, failures: [], events: [], templates: [], policies: [] },
        ...{ registration, answer: 'unknown', endpoints: undefined, known: { kind: 'same' } },
      },
    },
    builtInState,
  );
}

const kindsOf = ({ cause, also }: Decision) => [cause, ...also].map((each) => each?.kind);

it.each(['Succeeded', 'Failed'])('%s without its sidecar: that comes first, and then why', (phase) => {
  const decision = explained({ ...pod, status: { phase } });
  expect(kindsOf(decision)).toEqual(['ended', 'was-down']);
  expect(decision).toMatchObject({ verdict: 'incomplete', cause: { fix: expect.stringMatching(/^To run it once/) } });
  expect(kindsOf(explained({ ...pod, status: { phase: 'Running' } }))).toEqual(['was-down']);
});

it('what keeps the next pod from its sidecar is to be done first', () => {
  const decision = explained({ ...pod, status: { phase: 'Failed' } }, 'none');
  expect(kindsOf(decision)).toEqual(['ended', 'not-registered']);
  expect(decision.cause?.fix).toBe(
    'First do what is said below. To run it once more, delete pod/web and create it again.',
  );
});

it('with its sidecar, nothing is to be done, and of a plain container it is not said that it never ends', () => {
  const outcome = inject({ pod: classic, namespace: 'shop' }, builtInState);
  if (outcome.kind !== 'Injected') throw new Error('topz was not injected');
  const injected = Object(patched(classic, outcome.patch));
  expect(kindsOf(explained({ ...injected, status: { phase: 'Running' } }, 'unknown', classic))).toEqual([
    'never-completes',
  ]);
  expect(explained({ ...injected, status: { phase: 'Succeeded' } }, 'unknown', classic)).toMatchObject({
    ...{ verdict: 'complete', cause: undefined, also: [] },
  });
});
