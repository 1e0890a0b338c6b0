// What policies make of pods: required, locked, forbidden, exempt; and what those say that are not enforced.
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../src/admission/report.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { inject } from '../../src/engine/inject.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import { answerReview } from '../admission/answer-review.ts';
import { builtInState } from '../engine/state.ts';
import { policyObject } from './policy.ts';

type Texts = Readonly<Record<string, string>>;
interface Case {
  readonly pod?: Texts;
  readonly workload?: Texts;
  readonly namespace?: Texts;
  readonly labels?: Texts;
  readonly spec?: object;
  readonly now?: number | undefined;
}

function stateOf(policies: readonly object[], annotations: Texts = {}, now = 0) {
  const objects = policies.map((spec, i) => policyObject(`p${i}`, spec, { uid: `${i}`, generation: 1 }));
  const namespaces = [
    { name: 'shop', annotations, labels: { team: 'shop' } },
    { name: 'other', annotations: {}, labels: { team: 'other' } },
  ];
  return createClusterState(builtInState)(namespaces, [], objects, now).state;
}

function outcomeOf(
  policies: readonly object[],
  { pod = {}, workload = {}, namespace = {}, ...more }: Case,
  at = 'shop',
) {
  const object = {
    metadata: { annotations: pod, labels: more.labels ?? {} },
    spec: { containers: [{ name: 'web', image: 'web' }], ...more.spec },
  };
  const request = { pod: object, namespace: at, workload: { annotations: workload } };
  return inject(request, stateOf(policies, namespace, more.now));
}

const problems = (outcome: Outcome) =>
  outcome.kind === 'Refused'
    ? outcome.problems.map(({ code, path, message }) => `${code} ${path}: ${message}`)
    : outcome.kind;
const warnings = (outcome: Outcome) => ('warnings' in outcome ? outcome.warnings.map(({ message }) => message) : []);
const argsOf = (outcome: Outcome) => JSON.stringify(outcome.kind === 'Injected' ? outcome.patch : outcome);
const path = (key: string, on = '') => `${on}metadata.annotations['sidecar.io/${key}']`;

const topz = { require: [{ sidecar: 'topz', settings: { port: '21999' }, lock: ['port'] }] };

describe('a required sidecar', () => {
  it('is in a pod without annotations, and only in the namespaces of the policy', () => {
    expect(outcomeOf([topz], {})).toMatchObject({
      kind: 'Injected',
      sidecars: [{ name: 'topz', source: "policies['p0'].lock['sidecar.io/topz']" }],
    });
    expect(argsOf(outcomeOf([topz], {}))).toContain('21999');
    expect(outcomeOf([topz], {}, 'other').kind).toBe('Unchanged');
    expect(outcomeOf([topz], {}, 'unknown').kind).toBe('Unchanged');
  });

  it.each<[Case, string]>([
    [{ pod: { 'sidecar.io/topz': 'false' } }, path('topz')],
    [{ pod: { 'sidecar.io/inject': 'false' } }, path('inject')],
    [{ workload: { 'sidecar.io/topz': 'false' } }, path('topz', 'workload.')],
    [{ workload: { 'sidecar.io/inject': 'false' } }, path('inject', 'workload.')],
  ])('cannot be turned off: %j', (off, at) => {
    expect(problems(outcomeOf([topz], off))).toContain(
      `sidecar-required ${at}: The policy p0 requires the sidecar topz.`,
    );
  });

  it.each<[Texts, string]>([
    [{ 'sidecar.io/topz': 'false' }, path('topz', 'namespace.')],
    [{ 'sidecar.io/inject': 'false' }, path('inject', 'namespace.')],
    [{ 'sidecar.io/topz-port': '22000' }, path('topz-port', 'namespace.')],
  ])('is there, with a warning, where the namespace says %j', (namespace, at) => {
    const outcome = outcomeOf([topz], { namespace });
    expect(outcome.kind).toBe('Injected');
    expect(argsOf(outcome)).toContain('21999');
    expect(warnings(outcome)[0]).toMatch(new RegExp(`^${at.replace(/[[\]]/g, '\\$&')} has no effect on this pod: `));
  });

  it.each<[Case, string]>([
    [{ pod: { 'sidecar.io/topz-port': '22000' } }, path('topz-port')],
    [{ workload: { 'sidecar.io/topz-port': '22000' } }, path('topz-port', 'workload.')],
    [{ pod: { 'sidecar.io/topz.two': 'true', 'sidecar.io/topz-port.two': '22000' } }, path('topz-port.two')],
  ])('keeps its locked settings: %j', (changed, at) => {
    const message = 'The policy p0 locks this setting: it is "21999", not "22000".';
    expect(problems(outcomeOf([topz], changed))).toContain(`setting-locked ${at}: ${message}`);
  });

  it('may be asked for with what the policy says anyway', () => {
    const pod = { 'sidecar.io/topz': 'true', 'sidecar.io/topz-port': '21999', 'sidecar.io/topz-period': '7s' };
    expect(outcomeOf([topz], { pod }).kind).toBe('Injected');
  });

  it.each(['image', 'native'])('keeps its %s, which every policy locks', (parameter) => {
    const pod = { [`sidecar.io/topz-${parameter}`]: parameter === 'image' ? 'mine' : 'false' };
    expect(problems(outcomeOf([topz], { pod }))).toEqual([
      `setting-locked ${path(`topz-${parameter}`)}: The policy p0 locks this setting.`,
    ]);
    const own = { require: [{ sidecar: 'topz', settings: { image: 'mirror/topz', native: 'false' } }] };
    expect(outcomeOf([own], { pod }).kind).toBe(parameter === 'image' ? 'Refused' : 'Injected');
  });

  it('with "*" takes no setting of anybody', () => {
    const all = { require: [{ sidecar: 'topz', settings: { port: '21999' }, lock: ['*'] }] };
    expect(problems(outcomeOf([all], { pod: { 'sidecar.io/topz-period': '7s' } }))).toEqual([
      `setting-locked ${path('topz-period')}: The policy p0 locks this setting.`,
    ]);
    expect(outcomeOf([all], {}).kind).toBe('Injected');
  });

  it('has settings that are not locked as defaults below the namespace', () => {
    const soft = { require: [{ sidecar: 'topz', settings: { port: '21999' } }], defaults: { 'topz-period': '7s' } };
    expect(argsOf(outcomeOf([soft], {}))).toContain('21999');
    expect(argsOf(outcomeOf([soft], { namespace: { 'sidecar.io/topz-port': '22001' } }))).toContain('22001');
    expect(argsOf(outcomeOf([soft], { pod: { 'sidecar.io/topz-port': '22002' } }))).toContain('22002');
  });
});

it('a forbidden sidecar is refused, and left out where the namespace asks for it', () => {
  const forbid = { forbid: ['topz'] };
  const on = { 'sidecar.io/topz': 'true' };
  expect(problems(outcomeOf([forbid], { pod: on }))).toEqual([
    `sidecar-forbidden ${path('topz')}: The policy p0 forbids the sidecar topz.`,
  ]);
  const left = outcomeOf([forbid], { namespace: on });
  expect(left.kind).toBe('Unchanged');
  expect(warnings(left)[0]).toContain('The policy p0 forbids the sidecar topz.');
});

describe('a policy is not for', () => {
  const exempt = [
    { serviceAccounts: ['ci'], podSelector: { matchLabels: { app: 'job' } }, until: '2027-01-31', reason: 'x' },
  ];
  const [during, after] = ['2027-01-31', '2027-02-01'].map((day) => Date.parse(`${day}T12:00:00Z`));
  it.each<[string, object, Case, string]>([
    [
      'a pod that podSelector does not select',
      { podSelector: { matchLabels: { app: 'web' } } },
      { labels: {} },
      'Unchanged',
    ],
    [
      'but for one that it selects',
      { podSelector: { matchLabels: { app: 'web' } } },
      { labels: { app: 'web' } },
      'Injected',
    ],
    [
      'an exempt pod',
      { exempt },
      { labels: { app: 'job' }, spec: { serviceAccountName: 'ci' }, now: during },
      'Unchanged',
    ],
    ['but for one of another account', { exempt }, { labels: { app: 'job' }, now: during }, 'Injected'],
    [
      'but after the last day',
      { exempt },
      { labels: { app: 'job' }, spec: { serviceAccountName: 'ci' }, now: after },
      'Injected',
    ],
  ])('%s', (_, more, pod, kind) => expect(outcomeOf([{ ...topz, ...more }], pod).kind).toBe(kind));
});

describe('a policy that is not enforced', () => {
  it.each(['Warn', 'Audit'])('changes nothing and says what it would do: %s', (action) => {
    const said = (pod: Texts, spec: object = topz) => warnings(outcomeOf([{ ...spec, action }], { pod }));
    expect(outcomeOf([{ ...topz, action }], {}).kind).toBe('Unchanged');
    expect(said({})).toEqual(['The policy p0 would add the sidecar topz if it were enforced.']);
    expect(said({ 'sidecar.io/topz': 'true' })).toEqual([
      'The policy p0 would set sidecar.io/topz-port: "21999" if it were enforced.',
    ]);
    expect(said({ 'sidecar.io/topz': 'true', 'sidecar.io/topz-port': '21999' })).toEqual([]);
    expect(said({ 'sidecar.io/topz': 'false' })[0]).toMatch(
      /^The policy p0 would refuse this pod if it were enforced\. /,
    );
    expect(said({ 'sidecar.io/topz': 'true' }, { forbid: ['topz'] })[0]).toContain('forbids the sidecar topz');
  });

  it('says it to the user with Warn, and only to operators with Audit', () => {
    const answer = (action: string) => {
      const object = { metadata: {}, spec: { containers: [{ name: 'web', image: 'web' }] } };
      const request = { uid: 'u', namespace: 'shop', operation: 'CREATE', resource: { resource: 'pods' }, object };
      const review = JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
      return answerReview(Buffer.from(review), stateOf([{ ...topz, action }]));
    };
    expect(answer('Warn').text).toContain('would add the sidecar topz');
    expect(answer('Audit').text).not.toContain('would add');
    expect(answer('Audit').reviewed?.outcome).toMatchObject({
      warnings: [{ code: 'sidecar-required', sidecar: 'topz' }],
    });
  });
});

it('two policies that contradict each other refuse the pods of both', () => {
  expect(problems(outcomeOf([topz, { forbid: ['topz'] }], {}))).toEqual([
    "sidecar-forbidden policies['p0'].lock['sidecar.io/topz']: The policy p1 forbids the sidecar topz.",
  ]);
  const other = { require: [{ sidecar: 'topz', settings: { port: '22000' }, lock: ['port'] }] };
  expect(problems(outcomeOf([topz, other], {}))).toContain(
    "setting-locked policies['p0'].lock['sidecar.io/topz-port']: The policy p1 locks sidecar.io/topz-port to another value.",
  );
});

describe('what is counted by policy', () => {
  const off = { pod: { 'sidecar.io/topz': 'false' } };
  it.each<[string, Case, string | undefined]>([
    ['Enforce', {}, undefined],
    ['Enforce', off, 'refused'],
    ['Warn', {}, 'would-change'],
    ['Warn', off, 'would-refuse'],
    ['Audit', {}, 'would-change'],
    ['Audit', off, 'would-refuse'],
  ])('%s: %j is %s, once', (action, pod, finding) => {
    const forbidsToo = { ...topz, action, forbid: ['git'] };
    const expected = finding === undefined ? [] : [{ name: 'p0', finding }];
    expect(findingsOf(outcomeOf([forbidsToo], pod))).toEqual(expected);
  });
});
