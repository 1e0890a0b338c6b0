// A mistake on a namespace never stops its pods: it is left out with a warning. One on the pod is refused.
import { describe, expect, it } from 'vitest';
import { warningsFor } from '../../src/admission/messages.ts';
import type { Json } from '../../src/core/json.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { inject } from '../../src/engine/inject.ts';
import { apply } from '../laws/weave.ts';
import { builtInState, warningsOf } from './state.ts';

interface Texts {
  readonly [word: string]: string;
}

const annotationsOf = (texts: Texts) =>
  Object.fromEntries(Object.entries(texts).map(([word, text]) => [`sidecar.io/${word}`, text]));

function podWith(texts: Texts, spec: object = {}): Json {
  const containers = [{ name: 'app', image: 'app', ports: [{ containerPort: 8080 }] }];
  return { metadata: { annotations: annotationsOf(texts) }, spec: { containers, ...spec } } as Json;
}

function outcomeOf(namespace: Texts, pod: Texts = {}, spec: object = {}): Outcome {
  const namespaces = new Map([['shop', { annotations: annotationsOf(namespace) }]]);
  return inject({ pod: podWith(pod, spec), namespace: 'shop' }, { ...builtInState, namespaces });
}

const sidecarsOf = (outcome: Outcome) => ('sidecars' in outcome ? outcome.sidecars.map(({ name }) => name) : undefined);
const warningText = (outcome: Outcome) => warningsOf(outcome).join('\n');
const codesOf = (outcome: Outcome) => ('problems' in outcome ? outcome.problems.map(({ code }) => code) : []);
const at = (word: string) => `namespace.metadata.annotations['sidecar.io/${word}'] has no effect on this pod: `;

const repo = 'https://git.example.com/a.git';

describe('a mistake on the namespace leaves out', () => {
  it.each<[string, Texts, string, readonly string[]]>([
    ['a low port', { topz: 'true', 'topz-port': '80' }, 'topz-port', ['topz']],
    ['another text for a port', { topz: 'true', 'topz-port': 'http' }, 'topz-port', ['topz']],
    ['a bad quantity', { topz: 'true', 'topz-memory': '100m' }, 'topz-memory', ['topz']],
    ['a bad duration', { 'git-repo': repo, 'git-period': '30' }, 'git-period', ['git']],
    ['a bad choice', { 'git-repo': repo, 'git-style': 'x' }, 'git-style', ['git']],
    ['a bad path', { 'git-repo': repo, 'git-path': 'x' }, 'git-path', ['git']],
    ['a limit below its request', { topz: 'true', 'topz-cpu': '2', 'topz-cpu-limit': '1' }, 'topz-cpu-limit', ['topz']],
    ['an unknown annotation', { topz: 'true', 'topz-prot': '8081' }, 'topz-prot', ['topz']],
    ['an unknown sidecar', { topz: 'true', tops: 'true' }, 'tops', ['topz']],
    ['a bad instance', { topz: 'true', 'topz.A': 'true' }, 'topz.A', ['topz']],
    ['a container that the pod does not have', { 'git-repo': repo, 'git-container': 'web' }, 'git-container', ['git']],
    ['a port of the app', { topz: 'true', 'topz-port': '8080' }, 'topz-port', ['topz']],
    [
      'a port of another sidecar',
      { topz: 'true', 'git-repo': repo, 'topz-port': '8080' },
      'topz-port',
      ['git', 'topz'],
    ],
  ])('the setting: %s', (_, namespace, word, sidecars) => {
    const outcome = outcomeOf(namespace);
    expect(warningText(outcome)).toContain(at(word));
    expect(sidecarsOf(outcome)).toEqual(sidecars);
    const { [word]: _left, ...rest } = namespace;
    const without = outcomeOf(rest);
    expect('patch' in outcome && outcome.patch).toEqual('patch' in without && without.patch);
    expect('patch' in outcome && outcome.patch.length).toBeGreaterThan(0);
  });

  it.each<[string, Texts, string, Texts, object]>([
    ['a required setting is missing', { git: 'true' }, 'git', {}, {}],
    ['a required setting is wrong', { git: 'true', 'git-repo': 'x y' }, 'git-repo', {}, {}],
    ['a required setting that turns it on is wrong', { 'git-repo': 'x y' }, 'git-repo', {}, {}],
    ['its switch is wrong', { git: 'yes' }, 'git', {}, {}],
    ['its settings disagree', { config: 'true' }, 'config', {}, {}],
    ['the pod only changes one of its settings', { git: 'true' }, 'git', { 'git-period': '1m' }, {}],
    ['the app uses its port', { topz: 'true' }, 'topz', {}, appOn(21_080)],
    ['the pod has hostPID', { topz: 'true' }, 'topz', {}, { hostPID: true }],
    ['the pod has hostNetwork', { topz: 'true' }, 'topz', {}, { hostNetwork: true }],
    ['the pod runs on Windows', { topz: 'true' }, 'topz', {}, { os: { name: 'windows' } }],
    ['its name is taken', { topz: 'true' }, 'topz', {}, { containers: [{ name: 'sidecar-topz', image: 'x' }] }],
  ])('the sidecar, where %s', (_, namespace, word, pod, spec) => {
    const outcome = outcomeOf(namespace, pod, spec);
    expect(outcome).toMatchObject({ kind: 'Unchanged', reasons: [{ code: 'nothing-asked' }], sidecars: [] });
    expect(warningText(outcome)).toContain(at(word));
    const beside = outcomeOf({ ...namespace, 'serve-folder': '/srv', serve: 'false' }, pod, spec);
    expect(beside.kind).toBe('Unchanged');
  });

  it('a bad opt-out: the sidecars of the namespace stay', () => {
    const outcome = outcomeOf({ inject: 'no', topz: 'true' });
    expect(sidecarsOf(outcome)).toEqual(['topz']);
    expect(warningText(outcome)).toContain(at('inject'));
    expect(outcomeOf({ inject: 'false', topz: 'true', 'topz-port': '80' })).toMatchObject({
      kind: 'Unchanged',
      reasons: [{ code: 'opted-out' }],
    });
  });

  it.each<[string, Texts, Texts]>([
    ['port', { 'serve-path': '/srv', 'serve-port': '9999' }, { topz: 'true', 'topz-port': '9999' }],
    [
      'port, beside another mistake',
      { 'serve-path': '/srv', 'serve-port': '9999', git: 'x' },
      { topz: 'true', 'topz-port': '9999' },
    ],
    [
      'port, beside a sidecar that is left out',
      { 'serve-path': '/srv', 'serve-port': '9999', git: 'true' },
      { topz: 'true', 'topz-port': '9999', 'git-period': '1m' },
    ],
  ])('all sidecars of the namespace, where one disagrees with one of the pod: %s', (_, namespace, pod) => {
    const outcome = outcomeOf(namespace, pod);
    expect(sidecarsOf(outcome)).toEqual(['topz']);
    expect(warningText(outcome)).toContain('namespace.metadata.annotations has no effect on this pod: ');
  });

  it('as many instances as there are too many', () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`git-repo.i${i}`, repo]));
    const outcome = outcomeOf(many, { topz: 'true' });
    expect(sidecarsOf(outcome)).toEqual(['topz']);
    expect(warningText(outcome)).toContain('60');
  });

  it('thousands of wrong annotations, within the limits of a warning and in little time', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`nothing-${i}`, 'x']));
    const start = process.cpuUsage();
    const outcome = outcomeOf(many, { topz: 'true' });
    const { user } = process.cpuUsage(start);
    expect(sidecarsOf(outcome)).toEqual(['topz']);
    expect(user / 1000).toBeLessThan(1000);
    expect(warningsFor(warningsOf(outcome)).join('').length).toBeLessThanOrEqual(4096);
  });
});

function appOn(containerPort: number) {
  return { containers: [{ name: 'app', image: 'app', ports: [{ containerPort }] }] };
}

describe('beside a mistake on the namespace', () => {
  it.each<[string, Texts, Texts, readonly string[]]>([
    ['a sidecar of the pod is injected', { 'topz-port': '80' }, { topz: 'true' }, ['topz']],
    ['a right setting of the pod counts', { topz: 'true', 'topz-port': '80' }, { 'topz-port': '9999' }, ['topz']],
    ['the other sidecars of the namespace stay', { git: 'true', topz: 'true' }, {}, ['topz']],
    ['a pod turns off what is wrong', { git: 'true', topz: 'true' }, { git: 'false' }, ['topz']],
  ])('%s', (_, namespace, pod, sidecars) => {
    expect(sidecarsOf(outcomeOf(namespace, pod))).toEqual(sidecars);
  });

  it.each<[string, Texts, Texts, object, string]>([
    ['a wrong value', { topz: 'true' }, { 'topz-port': '80' }, {}, 'bad-port'],
    [
      'a wrong value, and one on the namespace',
      { 'git-repo': 'x y' },
      { topz: 'true', 'topz-port': '80' },
      {},
      'bad-port',
    ],
    ['an unknown annotation', { tops: 'true' }, { tops: 'true' }, {}, 'unknown-annotation'],
    ['a missing parameter', { 'git-repo': 'x y' }, { git: 'true' }, {}, 'missing-parameter'],
    ['a port of the app', { topz: 'true' }, { 'topz-port': '8080' }, {}, 'port-taken'],
    ['a lone setting', { topz: 'true' }, { 'git-period': '1m' }, {}, 'not-turned-on'],
    ['a field of the pod', { topz: 'true' }, { topz: 'true' }, { hostPID: true }, 'host-pid'],
  ])('the pod is refused for its own: %s', (_, namespace, pod, spec, code) => {
    const outcome = outcomeOf(namespace, pod, spec);
    expect(codesOf(outcome)).toEqual([code]);
  });

  it('a second call for the same pod changes nothing', () => {
    const namespace = { topz: 'true', 'topz-port': '80', git: 'true' };
    const namespaces = new Map([['shop', { annotations: annotationsOf(namespace) }]]);
    const state = { ...builtInState, namespaces };
    const first = inject({ pod: podWith({}), namespace: 'shop' }, state);
    if (first.kind !== 'Injected') throw new Error(first.kind);
    const again = inject({ pod: apply(first.patch, podWith({}) as never) as Json, namespace: 'shop' }, state);
    expect(again).toMatchObject({ kind: 'Unchanged', reasons: [{ code: 'already-injected' }] });
  });
});
