// Keys of a pod that are meant for the injector, but that it does not read.
import { describe, expect, it } from 'vitest';
import { suspectsIn } from '../../src/core/pod.ts';
import { inject } from '../../src/engine/inject.ts';
import { misplacedKeys } from '../../src/engine/misplaced.ts';
import { misplacedIn } from '../../src/engine/misplaced-parts.ts';
import { builtInState, warningsOf } from './state.ts';

const topz = { 'sidecar.io/topz': 'true' };
const spec = { containers: [{ name: 'web', image: 'web' }] };
const outcomeOf = (metadata: { annotations?: Record<string, string>; labels?: Record<string, string> }) =>
  inject({ pod: { metadata, spec }, namespace: 'shop' }, builtInState);

describe('a key with a misspelled prefix', () => {
  it.each([
    ['sidecars.io/git-repo', 'git-repo'],
    ['siedcar.io/git-repo', 'git-repo'],
    ['side-car.io/git-repo', 'git-repo'],
    ['sidecar.oi/git-repo', 'git-repo'],
    ['Sidecar.io/git-repo', 'git-repo'],
    ['sidecar.k8s.io/git-repo', 'git-repo'],
    ['sidecar.kubernetes.io/git-repo', 'git-repo'],
    ['sidecar.io.example/git-repo', 'git-repo'],
    ['sidecar.io.git-repo', 'git-repo'],
    ['sidecar.io-git-repo', 'git-repo'],
  ])('%s gets a warning with what was meant', (key, word) => {
    const outcome = outcomeOf({ annotations: { ...topz, [key]: 'x' } });
    expect(outcome).toMatchObject({
      kind: 'Injected',
      warnings: [
        {
          code: 'misplaced-key',
          sidecar: '',
          message: `metadata.annotations['${key}'] has no effect. Did you mean metadata.annotations['sidecar.io/${word}']?`,
        },
      ],
    });
  });

  it.each([
    'sidecar.istio.io/inject',
    'sidecar.opentelemetry.io/inject',
    'sidecar.jaegertracing.io/inject',
    'sidecar.example.com/topz',
    'strimzi.io/topz',
    'spinnaker.io/topz',
    'sidecar/topz',
    'sidecar.io',
    'files.sidecar.io/topz',
  ])('%s is of others', (key) => expect(warningsOf(outcomeOf({ annotations: { ...topz, [key]: 'x' } }))).toEqual([]));
});

describe('a label', () => {
  it('has no effect: the message names the annotation, also where nothing is injected or the pod is refused', () => {
    const message =
      "metadata.labels['sidecar.io/topz'] has no effect. Write metadata.annotations['sidecar.io/topz'] instead.";
    expect(warningsOf(outcomeOf({ labels: topz }))).toEqual([message]);
    const refused = outcomeOf({ annotations: { 'sidecar.io/topz-port': '8081' }, labels: topz });
    expect([refused.kind, warningsOf(refused)]).toEqual(['Refused', [message]]);
    const other = outcomeOf({ annotations: { 'sidecar.io/topz': 'false' }, labels: topz });
    expect(warningsOf(other)).toEqual([message]);
  });

  it('that repeats an annotation, for example for a selector, is fine', () => {
    expect(outcomeOf({ annotations: topz, labels: topz })).toMatchObject({ kind: 'Injected', warnings: [] });
  });
});

it('a label of a namespace is named, but for the one that is read', () => {
  const labels = { 'sidecar.io/inject': 'enabled', 'sidecar.io/git-period': '5m', team: 'shop' };
  const namespace = { metadata: { name: 'shop', labels, annotations: { 'sidecars.io/topz': 'true', ...topz } } };
  expect(misplacedIn(namespace, 'namespace')).toEqual([
    "metadata.labels['sidecar.io/git-period'] has no effect. Write metadata.annotations['sidecar.io/git-period'] instead.",
  ]);
  const misspelled = { metadata: { ...namespace.metadata, labels: {}, annotations: { 'sidecars.io/topz': 'true' } } };
  expect(misplacedIn(misspelled, 'namespace')).toEqual([
    "metadata.annotations['sidecars.io/topz'] has no effect. Did you mean metadata.annotations['sidecar.io/topz']?",
  ]);
});

it('a normal pod gets no warning', () => {
  const labels = { app: 'web', 'app.kubernetes.io/name': 'web', 'security.istio.io/tlsMode': 'istio' };
  const annotations = { ...topz, 'sidecar.istio.io/inject': 'true', 'prometheus.io/scrape': 'true', note: 's' };
  expect(outcomeOf({ annotations, labels })).toMatchObject({ kind: 'Injected', warnings: [] });
  expect(warningsOf(inject({ pod: { metadata: { labels: null }, spec }, namespace: 'shop' }, builtInState))).toEqual(
    [],
  );
});

it('the work and the messages are bounded', () => {
  const keys = (start: string) => Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`${start}${i}`, 'x']));
  expect(warningsOf(outcomeOf({ annotations: keys('sidecars.io/k') }))).toHaveLength(20);
  expect(warningsOf(outcomeOf({ labels: keys('sidecar.io/k') }))).toHaveLength(20);
  const late = { ...keys('strimzi.io/k'), 'sidecars.io/topz': 'true' };
  expect(warningsOf(outcomeOf({ annotations: late }))).toEqual([]);
  const long = `sidecar.io/${'x'.repeat(306)}`;
  expect(warningsOf(outcomeOf({ labels: { [long]: '' } }))).toHaveLength(1);
  expect(warningsOf(outcomeOf({ labels: { [`${long}x`]: '' } }))).toEqual([]);
});

it('metadata that has no pod template gives no message', () => {
  const own = { path: 'metadata', metadata: { annotations: topz, labels: topz } };
  expect(misplacedKeys(own, suspectsIn(own.metadata, false), [])).toEqual([]);
});
