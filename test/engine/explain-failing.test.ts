// A pod that has its sidecars, and a container of one of them does not run.
import { expect, it } from 'vitest';
import { explain } from '../../src/engine/explain/explain.ts';
import type { ExplainRequest, FailureFacts } from '../../src/engine/explain/facts.ts';
import { inject } from '../../src/engine/inject.ts';
import { patched } from '../../src/yaml-edit/edit-document.ts';
import { builtInState } from './state.ts';

const pod = {
  metadata: { name: 'web', namespace: 'shop', annotations: { 'sidecar.io/topz': 'true' } },
  spec: { containers: [{ name: 'web' }] },
};

function explained(failure: Partial<FailureFacts>, sidecar?: string) {
  const outcome = inject({ pod, namespace: 'shop' }, builtInState);
  if (outcome.kind !== 'Injected') throw new Error('topz was not injected');
  const whole = { pod: 'web', container: 'sidecar-topz', sidecar: 'topz', reason: '', message: '', ...failure };
  const request: ExplainRequest = {
    ...{ pod, namespace: 'shop', title: 'pod/web', written: { object: pod, role: 'pod' }, ...(sidecar && { sidecar }) },
    live: {
      ...{ stored: Object(patched(pod, outcome.patch)), owner: undefined, namespace: undefined, failure: whole },
      ...{ registration: 'unknown', answer: 'unknown', endpoints: undefined, known: { kind: 'same' } },
      ...{ events: [], templates: [], policies: [] },
    },
  };
  return explain(request, builtInState);
}

it.each([
  [
    'CrashLoopBackOff',
    'It ended with exit code 7.',
    'crashes',
    /again and again\. .*exit code 7\./,
    /^Run kubectl logs web -n shop -c sidecar-topz --previous/,
  ],
  [
    'ErrImageNeverPull',
    '',
    'not-started',
    /does not start\. ErrImageNeverPull\.$/,
    /^Run kubectl describe pod web -n shop/,
  ],
] as const)('%s: %s', (reason, message, kind, cause, cure) => {
  const decision = explained({ reason, message });
  expect(decision).toMatchObject({ verdict: 'incomplete', summary: 'pod/web in shop has topz.' });
  expect(decision.cause).toMatchObject({
    kind,
    cause: expect.stringMatching(cause),
    cure: expect.stringMatching(cure),
  });
});

it('a container of the app, or of a sidecar that the question is not about, is none', () => {
  expect(explained({ reason: 'CrashLoopBackOff', container: 'web', sidecar: '' }).verdict).toBe('complete');
  expect(explained({ reason: 'CrashLoopBackOff' }, 'git').cause?.family).not.toBe('failing');
  expect(explained({ reason: 'CrashLoopBackOff' }, 'topz').cause?.family).toBe('failing');
});
