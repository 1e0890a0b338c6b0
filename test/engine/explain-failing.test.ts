// A pod that has its sidecars: a container of one of them does not run, or it may be another one today.
import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { PodFailure } from '../../src/core/pod-failure.ts';
import { explain } from '../../src/engine/explain/explain.ts';
import type { ExplainRequest, KnownTemplates } from '../../src/engine/explain/facts.ts';
import { inject } from '../../src/engine/inject.ts';
import { patched } from '../../src/yaml-edit/edit-document.ts';
import { builtInState } from './state.ts';

const pod = {
  metadata: { name: 'web', namespace: 'shop', annotations: { 'sidecar.io/topz': 'true' } },
  spec: { containers: [{ name: 'web' }] },
};

const requestOf = (stored: JsonObject) =>
  ({
    ...{ pod, namespace: 'shop', title: 'pod/web', written: { object: pod, role: 'pod' } },
    live: {
      ...{
        stored,
        owner: undefined,
        namespace: undefined,
        failures: [],
        events: [],
        templates: [],
        policies: [],
      },
      ...{ registration: 'unknown', answer: 'unknown', endpoints: undefined, known: { kind: 'same' } },
    },
  }) satisfies ExplainRequest;

function explained(failure: Partial<PodFailure>, sidecar?: string, known: KnownTemplates = { kind: 'same' }) {
  const outcome = inject({ pod, namespace: 'shop' }, builtInState);
  if (outcome.kind !== 'Injected') throw new Error('topz was not injected');
  const ofApp = { ...{ pod: 'web', container: 'web', sidecar: '' }, reason: 'CrashLoopBackOff', message: '' };
  const whole = { pod: 'web', container: 'sidecar-topz', sidecar: 'topz', reason: '', message: '', ...failure };
  const { live, ...request } = requestOf(Object(patched(pod, outcome.patch)));
  return explain(
    { ...request, ...(sidecar && { sidecar }), live: { ...live, failures: [ofApp, whole], known } },
    builtInState,
  );
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
] as const)('%s: %s', (reason, message, kind, cause, fix) => {
  const decision = explained({ reason, message });
  expect(decision).toMatchObject({ verdict: 'incomplete', summary: 'pod/web in shop has topz.' });
  expect(decision.cause).toMatchObject({
    kind,
    cause: expect.stringMatching(cause),
    fix: expect.stringMatching(fix),
  });
});

it('a container of the app, or of a sidecar that the question is not about, is none', () => {
  expect(explained({ reason: 'CrashLoopBackOff', container: 'web', sidecar: '' }).verdict).toBe('complete');
  expect(explained({ reason: 'CrashLoopBackOff' }, 'git').cause?.family).not.toBe('failing');
  expect(explained({ reason: 'CrashLoopBackOff' }, 'topz').cause?.family).toBe('failing');
});

it('whether a sidecar would be another one is said only where the templates of the injector are known', () => {
  const now = (known: KnownTemplates) => explained({ sidecar: '' }, undefined, known).now;
  expect(now({ kind: 'same' })).toBe('If the pod were created now, it would have the same sidecars.');
  expect(now({ kind: 'unknown' })).toMatch(
    /^If the pod were created now, it would have the same sidecars\. .* Name its image with --image\.$/,
  );
  expect(now({ kind: 'other', version: '9.0.0' })).toMatch(
    /not known: the injector is 9\.0\.0\. Use the command of version/,
  );
});

it('a sidecar of another template or image is older, where that is known', () => {
  const image = (name: string) => ({ ...builtInState, injector: { ...builtInState.injector, image: name } });
  const outcome = inject({ pod, namespace: 'shop' }, image('sidecars:1'));
  if (outcome.kind !== 'Injected') throw new Error('topz was not injected');
  const today = (known: KnownTemplates) => {
    const { live, ...request } = requestOf(Object(patched(pod, outcome.patch)));
    return explain({ ...request, live: { ...live, known } }, image('sidecars:2'));
  };
  expect(today({ kind: 'same' })).toMatchObject({ cause: { kind: 'older' }, verdict: 'incomplete' });
  expect(today({ kind: 'unknown' })).toMatchObject({ cause: undefined, verdict: 'complete' });
});
