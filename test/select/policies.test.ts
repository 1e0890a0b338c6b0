// Policies among the other sources of settings: lock, pod, workload, namespace, defaults, in this order.
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/core/outcome.ts';
import { inject } from '../../src/engine/inject.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { builtInState } from '../engine/state.ts';

type Texts = Readonly<Record<string, string>>;
interface Sources {
  readonly lock?: Texts;
  readonly pod?: Texts;
  readonly workload?: Texts;
  readonly namespace?: Texts;
  readonly defaults?: Texts;
}

const policy = (name: string, parts: Partial<Policy>): Policy => ({
  ...{ name, revision: JSON.stringify(parts), action: 'Enforce', namespaces: [], pods: [] },
  ...{ require: [], lock: {}, defaults: {}, forbid: new Set(), exempt: [], ...parts },
  spec: {
    namespaceSelector: {},
    podSelector: {},
    require: [],
    defaults: {},
    forbid: [],
    action: 'Enforce',
    exempt: [],
  },
});

function outcomeOf(
  { lock = {}, pod = {}, workload = {}, namespace = {}, defaults = {} }: Sources,
  more: Policy[] = [],
) {
  const state = {
    ...builtInState,
    namespaces: new Map([
      ['shop', { annotations: namespace, policies: [policy('team-shop', { lock, defaults }), ...more] }],
    ]),
  };
  const object = { metadata: { annotations: pod }, spec: { containers: [{ name: 'web' }] } };
  return inject({ pod: object, namespace: 'shop', workload: { annotations: workload } }, state);
}

const repo = { 'sidecar.io/git-repo': 'https://h/r' };
const period = (value: string) => ({ 'sidecar.io/git-period': value });
const periodOf = (outcome: Outcome) => /--period=\w+/.exec(JSON.stringify(outcome))?.[0];
const kindOf = (outcome: Outcome) => (outcome.kind === 'Unchanged' ? outcome.reasons[0]?.code : outcome.kind);

describe('a parameter', () => {
  const all = {
    lock: period('1s'),
    pod: period('2s'),
    workload: period('3s'),
    namespace: period('4s'),
    defaults: period('5s'),
  };
  const names = ['lock', 'pod', 'workload', 'namespace', 'defaults'] as const;
  it.each(names.map((name, i) => [name, i] as const))('comes from the %s where nothing overrides it', (_, i) => {
    const left: Sources = Object.fromEntries(names.slice(i).map((name) => [name, all[name]]));
    const pod = { ...repo, ...left.pod };
    expect(periodOf(outcomeOf({ ...left, pod }))).toBe(`--period=${i + 1}s`);
  });

  it('comes from the template where no source has it', () => {
    expect(periodOf(outcomeOf({ pod: repo }))).toBe('--period=60s');
  });

  it('comes from the first of several policies', () => {
    const others = [policy('other', { lock: period('8s'), defaults: period('9s') })];
    expect(periodOf(outcomeOf({ pod: repo, lock: period('1s') }, others))).toBe('--period=1s');
    expect(periodOf(outcomeOf({ pod: { ...repo, ...period('2s') } }, others)), 'any lock overrides the pod').toBe(
      '--period=8s',
    );
    const mild = [policy('other', { defaults: period('9s') })];
    expect(periodOf(outcomeOf({ pod: repo, defaults: period('5s') }, mild))).toBe('--period=5s');
  });
});

describe('a switch', () => {
  const on = { 'sidecar.io/topz': 'true' };
  const off = { 'sidecar.io/topz': 'false' };
  const out = { 'sidecar.io/inject': 'false' };
  it.each<[Sources, string]>([
    [{ lock: on }, 'Injected'],
    [{ lock: on, pod: off }, 'Injected'],
    [{ lock: off, pod: on }, 'turned-off'],
    [{ lock: off, namespace: on }, 'turned-off'],
    [{ defaults: on }, 'Injected'],
    [{ defaults: on, pod: off }, 'turned-off'],
    [{ defaults: on, namespace: off }, 'turned-off'],
    [{ defaults: off, namespace: on }, 'Injected'],
    [{ workload: on, pod: off }, 'turned-off'],
    [{ workload: off, namespace: on }, 'turned-off'],
    [{ workload: on, namespace: off }, 'Injected'],
    [{ lock: { 'sidecar.io/inject': 'true' }, pod: { ...out, ...on } }, 'Injected'],
    [{ lock: out, pod: on }, 'opted-out'],
    [{ defaults: out, pod: on }, 'opted-out'],
    [{ defaults: out, pod: { ...on, 'sidecar.io/inject': 'true' } }, 'Injected'],
    [{ lock: { 'sidecar.io/git': 'false' }, pod: repo }, 'turned-off'],
    [{ lock: repo, pod: { 'sidecar.io/git': 'false' } }, 'Injected'],
    [{ defaults: repo, pod: { 'sidecar.io/git': 'false' } }, 'turned-off'],
  ])('%j: %s', (sources, expected) => expect(kindOf(outcomeOf(sources))).toBe(expected));
});

describe('the source', () => {
  it('of a problem is the policy that has the wrong setting', () => {
    expect(outcomeOf({ pod: repo, lock: period('soon') })).toMatchObject({
      problems: [{ code: 'bad-duration', path: "policies['team-shop'].lock['sidecar.io/git-period']" }],
    });
    expect(outcomeOf({ pod: repo, defaults: period('soon') })).toMatchObject({
      problems: [{ path: "policies['team-shop'].defaults['sidecar.io/git-period']" }],
    });
    expect(outcomeOf({ pod: { ...repo, ...period('2s') }, defaults: period('soon') }).kind).toBe('Injected');
  });

  it('of a sidecar is in the status of the pod', () => {
    const topz = { 'sidecar.io/topz': 'true' };
    const paths: [Sources, string][] = [
      [{ lock: topz }, "policies['team-shop'].lock['sidecar.io/topz']"],
      [{ pod: topz }, "metadata.annotations['sidecar.io/topz']"],
      [{ workload: topz }, "workload.metadata.annotations['sidecar.io/topz']"],
      [{ namespace: topz }, "namespace.metadata.annotations['sidecar.io/topz']"],
      [{ defaults: topz }, "policies['team-shop'].defaults['sidecar.io/topz']"],
    ];
    for (const [sources, path] of paths) expect(outcomeOf(sources)).toMatchObject({ sidecars: [{ source: path }] });
  });

  it('of an opted-out pod is the object that says so', () => {
    const out = { 'sidecar.io/inject': 'false' };
    expect(outcomeOf({ lock: out })).toMatchObject({
      reasons: [{ code: 'opted-out', path: "policies['team-shop'].lock['sidecar.io/inject']" }],
    });
    expect(outcomeOf({ workload: out })).toMatchObject({
      reasons: [
        { path: "workload.metadata.annotations['sidecar.io/inject']", message: 'sidecar.io/inject is "false".' },
      ],
    });
  });
});

it('a policy that changes counts at once, also for pods that came before', () => {
  const pod = { ...repo };
  for (const value of ['1s', '7s', '1s']) {
    for (let time = 0; time < 3; time++)
      expect(periodOf(outcomeOf({ pod, lock: period(value) }))).toBe(`--period=${value}`);
  }
});
