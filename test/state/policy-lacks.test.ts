// Policies that leave to others what their sidecars need: a warning when they are written, and a refusal where nobody
// else can set it.
import { describe, expect, it } from 'vitest';
import { inject } from '../../src/engine/inject.ts';
import { checkPolicy } from '../../src/state/check-policy.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import { builtInState } from '../engine/state.ts';
import { policyObject } from '../policy/policy.ts';

const repo = { 'sidecar.io/git-repo': 'https://git.example.com/a.git' };
const labels = { team: 'shop' };
const namespace = (name: string, annotations: Readonly<Record<string, string>> = {}) => ({ name, annotations, labels });
const stateOf = (namespaces: readonly ReturnType<typeof namespace>[], ...others: readonly object[]) => {
  const objects = others.map((spec, i) => policyObject(`other-${i}`, spec, { uid: `${i}` }));
  return createClusterState(builtInState)(namespaces, [], objects).state;
};
const check = (spec: object, state = stateOf([])) => checkPolicy(policyObject('p', spec), state);
const git = (more: object = {}) => ({ require: [{ sidecar: 'git', ...more }] });

describe('a policy that requires git without a repo', () => {
  it('gets a warning that says which pods are refused, and where to write it', () => {
    expect(check(git())).toEqual({
      problems: [],
      warnings: [
        expect.stringMatching(
          /^spec\.require\[0\]\.settings: New pods that set nothing else are refused: The sidecar git needs sidecar\.io\/git-repo: .* Add sidecar\.io\/git-repo, for example ".*"\. It can be set here, in defaults, on the pods, their workloads or their namespaces\. \[missing-parameter\]$/,
        ),
      ],
    });
  });

  it.each<[string, object, ReturnType<typeof stateOf>?]>([
    ['its settings have it', git({ settings: { repo: 'https://h/r' } })],
    ['its defaults have it', { ...git(), defaults: { 'git-repo': 'https://h/r' } }],
    ['its namespaces have it', git(), stateOf([namespace('a', repo), namespace('b', repo)])],
    ['another policy has it', git(), stateOf([namespace('a')], { defaults: { 'git-repo': 'https://h/r' } })],
    ['it is not enforced', { ...git(), action: 'Warn' }],
  ])('gets none where %s', (_, spec, state) => {
    expect(check(spec, state)).toEqual({ problems: [], warnings: [] });
  });

  it('names the namespaces that have it where others do not', () => {
    const state = stateOf([namespace('a', repo), namespace('b', { 'sidecar.io/topz': 'true' })]);
    expect(check(git(), state).warnings).toEqual([expect.stringContaining(' Already set in: a. [missing-parameter]')]);
    const elsewhere = { ...namespace('c'), labels: { team: 'web' }, annotations: { 'sidecar.io/topz': 'true' } };
    expect(check(git(), stateOf([namespace('a', repo), elsewhere])).warnings).toEqual([]);
  });

  it('is refused where it locks everything', () => {
    const { problems } = check(git({ lock: ['*'] }));
    expect(problems).toEqual([
      expect.stringMatching(
        /^spec\.require\[0\]\.settings: The sidecar git needs sidecar\.io\/git-repo: .* Set it here: lock has "\*"/,
      ),
    ]);
    expect(check(git({ lock: ['*'], settings: { repo: 'https://h/r' } })).problems).toEqual([]);
  });
});

it('settings that do not fit together are found too, as far as the pod does not matter', () => {
  const logs = { require: [{ sidecar: 'logs', settings: { files: '/var/log/*.log', to: 'loki' } }] };
  expect(check(logs).warnings).toEqual([
    expect.stringMatching(/New pods that set nothing else are refused: .*url.* \[parameters-disagree\]$/),
  ]);
  const url = { 'sidecar.io/logs-url': 'https://loki.example.com' };
  expect(check(logs, stateOf([namespace('a', url)])).warnings).toEqual([]);
});

describe('two sidecars with the same port that pods can change', () => {
  const ambassador = { sidecar: 'ambassador', settings: { target: 'db:1', port: '21999' } };
  const topz = (lock: readonly string[] = []) => ({ sidecar: 'topz', settings: { port: '21999' }, lock });
  const said = 'spec.require: New pods for which nobody sets another port are refused: ';
  const warning = (what: string) => [`${said}${what} both have port 21999. [port-taken]`];

  it('get a warning, in one policy and in two', () => {
    expect(check({ require: [topz(), ambassador] }).warnings).toEqual(warning('topz and ambassador'));
    const other = { require: [ambassador] };
    expect(check({ require: [topz(['port'])] }, stateOf([], other)).warnings).toEqual(
      warning('topz and ambassador of other-0'),
    );
    const byDefault = { require: [{ sidecar: 'topz' }], defaults: { 'topz-port': '21999' } };
    expect(check(byDefault, stateOf([], other)).warnings).toEqual(warning('topz and ambassador of other-0'));
  });

  it.each<[string, object, object]>([
    ['the ports differ', { require: [{ sidecar: 'topz' }] }, { require: [ambassador] }],
    ['both are the same sidecar', { require: [topz()] }, { require: [topz()] }],
    ['no pod is of both', { require: [topz()] }, { require: [ambassador], podSelector: { matchLabels: { a: 'b' } } }],
    ['one is not enforced', { require: [topz()] }, { require: [ambassador], action: 'Audit' }],
  ])('get none where %s', (_, spec, other) => {
    const own = { podSelector: { matchLabels: { a: 'c' } }, ...spec };
    expect(check(own, stateOf([], other)).warnings).toEqual([]);
  });
});

it.each(builtInState.catalog.templates.map(({ name }) => name))(
  '%s: a warning where a silent pod is refused',
  (name) => {
    const spec = { require: [{ sidecar: name }] };
    const pod = { metadata: {}, spec: { containers: [{ name: 'web', image: 'web' }] } };
    const { kind } = inject({ pod, namespace: 'a' }, stateOf([namespace('a')], spec));
    expect(check(spec).warnings.length > 0).toBe(kind === 'Refused');
  },
);
