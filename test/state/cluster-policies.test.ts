import { expect, it } from 'vitest';
import { checkPolicy } from '../../src/state/check-policy.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import { template } from '../api-server/cluster-templates.ts';
import { builtInState } from '../engine/state.ts';
import { policy, policyObject } from '../policy/policy.ts';

const labels = { team: 'shop' };
const annotations = {};
const namespaces = [{ name: 'shop', annotations, labels }];
const object = (name: string, spec: object, generation = 1) => policyObject(name, spec, { uid: name, generation });
const requires = { require: [{ sidecar: 'topz' }] };

it('a broken policy is not in use and disturbs no other; both sides of a contradiction say so', () => {
  const objects = [object('a', requires), object('b', { forbid: ['topz'] }), object('c', { forbid: ['nosuch'] })];
  const { state, policyVerdicts } = createClusterState(builtInState)(namespaces, [], objects);
  const [a, b, c] = objects.map((each) => policyVerdicts.get(each));
  const conflict = 'a requires the sidecar topz, and b forbids it.';
  expect(a).toMatchObject({ ready: true, conflicts: [conflict] });
  expect(b).toMatchObject({ ready: true, conflicts: [conflict] });
  expect(c).toMatchObject({ ready: false, message: expect.stringContaining('The cluster has no sidecar "nosuch".') });
  expect(state.policies.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(state.namespaces.get('shop')?.policies?.map(({ name }) => name)).toEqual(['a', 'b']);
});

it('the state stays the same where nothing has changed, and is another one when an exemption ends', () => {
  const exempt = [{ serviceAccounts: ['ci'], until: '2027-01-31', reason: 'x' }];
  const objects = [object('a', { ...requires, exempt })];
  const stateOf = createClusterState(builtInState);
  const first = stateOf(namespaces, [], objects, 0).state;
  expect(stateOf(namespaces, [], [...objects], 1).state).toBe(first);
  const later = stateOf(namespaces, [], objects, Date.parse('2027-02-01T00:00:00Z')).state;
  expect(later).not.toBe(first);
  expect(later.namespaces.get('shop')?.policies?.[0]?.exempt).toEqual([]);
});

it('a policy of the wrong shape: each field that is unknown or missing', () => {
  const { problems } = checkPolicy(object('b', { namespaceSelector: undefined, requires: [] }), builtInState);
  expect(problems).toEqual([
    expect.stringMatching(/^spec\.namespaceSelector: is required: .* docs\/policies\.md .* \[bad-policy\]$/),
    expect.stringMatching(/^spec\.requires: unknown field: did you mean require\? .* \[bad-policy\]$/),
  ]);
});

it('a policy is checked when it is written: problems, and a warning for a contradiction', () => {
  const state = { ...builtInState, policies: [policy('a', requires)] };
  expect(checkPolicy(object('b', { forbid: ['nosuch'] }), state).problems).toEqual([
    expect.stringMatching(/^spec\.forbid\[0\]: .* \[bad-policy\]$/),
  ]);
  const { problems, warnings } = checkPolicy(object('b', { forbid: ['topz'] }), state);
  expect(problems).toEqual([]);
  const conflict = 'a requires the sidecar topz, and b forbids it.';
  const nowhere =
    'No namespace is selected by both policies now. If one is later, new pods there that match both are refused.';
  expect(warnings).toEqual([`${conflict} ${nowhere} [policies-conflict]`]);
  expect(checkPolicy(object('a', { forbid: ['topz'] }), state).warnings, 'an update of itself').toEqual([]);
  expect(checkPolicy(object('b', { forbid: ['topz'], action: 'Warn' }), state).warnings).toEqual([]);
  const elsewhere = { forbid: ['topz'], namespaceSelector: { matchLabels: { team: 'web' } } };
  expect(checkPolicy(object('b', elsewhere), state).warnings).toEqual([]);
});

it('a namespace that no policy selects is not in the state, so that its pods cost what they did without policies', () => {
  const elsewhere = { ...requires, namespaceSelector: { matchLabels: { team: 'web' } } };
  const objects = Array.from({ length: 500 }, (_, i) => object(`p${i}`, elsewhere));
  const { state } = createClusterState(builtInState)(namespaces, [], objects);
  expect(state.policies).toHaveLength(500);
  expect(state.namespaces.size).toBe(0);
});

it('the warning of a contradiction names the namespaces that have both policies', () => {
  const many = ['shop', 'shop-2', 'shop-3', 'shop-4', 'shop-5'].map((name) => ({ name, annotations, labels }));
  const others = [{ name: 'other', annotations, labels: { team: 'web' } }];
  const { state } = createClusterState(builtInState)([...many, ...others], [], [object('a', requires)]);
  const [warning] = checkPolicy(object('b', { forbid: ['topz'], namespaceSelector: {} }), state).warnings;
  expect(warning).toContain(
    'New pods that match both policies are refused in these namespaces: shop, shop-2, shop-3 and 2 more.',
  );
});

it('a policy that contradicts 500 others in 10,000 namespaces is checked in a moment', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => ({ name: `n${i}`, annotations, labels }));
  const objects = Array.from({ length: 500 }, (_, i) => object(`p${i}`, requires));
  const { state } = createClusterState(builtInState)(many, [], objects);
  const start = process.cpuUsage();
  const { warnings } = checkPolicy(object('b', { forbid: ['topz'] }), state);
  expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
  expect(warnings).toHaveLength(500);
  expect(warnings[499]).toContain('in these namespaces: n0, n1, n10 and 9997 more.');
});

it('of several policies that set the same default, the first by name counts, whatever their age', () => {
  const sets = (name: string, port: string, creationTimestamp: string) =>
    policyObject(name, { defaults: { 'topz-port': port } }, { uid: name, generation: 1, creationTimestamp });
  const objects = [sets('b', '22002', '2026-01-01T00:00:00Z'), sets('a', '22001', '2026-06-01T00:00:00Z')];
  const { state, policyVerdicts } = createClusterState(builtInState)(namespaces, [], objects);
  expect(state.policies.map(({ name }) => name)).toEqual(['a', 'b']);
  expect([...policyVerdicts.keys()].map(({ metadata }) => metadata.name)).toEqual(['b', 'a']);
});

it('a policy is compiled anew when it or the catalog changes, and else stays what it was', () => {
  const stateOf = createClusterState(builtInState);
  const forbids = (sidecar: string, generation: number) => [
    object('a', requires),
    object('b', { forbid: [sidecar] }, generation),
  ];
  const first = stateOf(namespaces, [], forbids('git', 1));
  const changed = stateOf(namespaces, [], forbids('hello', 2));
  expect(changed.state.policies.map(({ name }) => name)).toEqual(['a']);
  expect(changed.state.policies[0]).toBe(first.state.policies[0]);
  const known = stateOf(namespaces, [template('hello')], forbids('hello', 2));
  expect(known.state.policies.map(({ name }) => name)).toEqual(['a', 'b']);
  const again = stateOf(namespaces, [template('hello')], forbids('hello', 2));
  expect(again.state).toBe(known.state);
  expect(again.state.policies[1]).toBe(known.state.policies[1]);
});

it('the status that is written to a policy changes nothing, and the verdict is found by the object that was read', () => {
  const stateOf = createClusterState(builtInState);
  const objects = [object('a', requires), object('b', { forbid: ['nosuch'] })];
  const { state, policyVerdicts } = stateOf(namespaces, [], objects);
  expect(stateOf(namespaces, [], [...objects]).policyVerdicts).toBe(policyVerdicts);
  const echoes = objects.map((each) => ({ ...each, status: {} }));
  const next = stateOf(namespaces, [], echoes);
  expect(next.state).toBe(state);
  expect([...next.policyVerdicts.keys()]).toEqual(echoes);
  const one = stateOf(namespaces, [], echoes.slice(0, 1));
  expect([...one.policyVerdicts.keys()]).toEqual(echoes.slice(0, 1));
});

it('the verdict says whether a policy is in use, and all that is wrong, in as much as a status holds', () => {
  const wrong = object('wrong', { forbid: ['nosuch', 'another'] });
  const worse = object('worse', { forbid: Array.from({ length: 60 }, (_, i) => `nosuch${i}`) });
  const used = object('used', { require: [{ sidecar: 'topz' }, { sidecar: 'git' }] });
  const { policyVerdicts } = createClusterState(builtInState)(namespaces, [], [wrong, worse, used]);
  expect(policyVerdicts.get(used)).toMatchObject({ ready: true, message: 'The policy is in use.', conflicts: [] });
  expect(policyVerdicts.get(wrong)).toEqual({
    ...{ policy: undefined, ready: false, conflicts: [] },
    message: expect.stringMatching(/^spec\.forbid\[0\]: .*; spec\.forbid\[1\]: /),
  });
  expect(policyVerdicts.get(worse)?.message).toHaveLength(4096);

  const against = object('against', { forbid: ['topz', 'git'] });
  const many = Array.from({ length: 100 }, (_, i) => object(`against${i}`, { forbid: ['topz'] }));
  const next = createClusterState(builtInState)(namespaces, [], [used, against]).policyVerdicts;
  const [topz, git] = ['topz', 'git'].map((name) => `used requires the sidecar ${name}, and against forbids it.`);
  expect(next.get(against)?.message).toBe(`The policy is in use. Warning: ${topz} ${git}`);
  const last = createClusterState(builtInState)(namespaces, [], [used, ...many]).policyVerdicts;
  expect(last.get(used)?.message).toHaveLength(4096);
});

it('policies of the same age are in the order of their names', () => {
  const sorted = (...names: string[]) => {
    const objects = names.map((name) => object(name, { forbid: ['git'] }));
    const { state, policyVerdicts } = createClusterState(builtInState)([], [], objects);
    expect(state.policies.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    return [...policyVerdicts.keys()].map(({ metadata }) => metadata.name);
  };
  expect(sorted('c', 'a', 'b')).toEqual(['a', 'b', 'c']);
  expect(sorted('b', 'c', 'a')).toEqual(['a', 'b', 'c']);
});

it('a policy without problems that contradicts others names three namespaces at most, in their order', () => {
  const shop = (...names: string[]) => names.map((name) => ({ name, annotations, labels }));
  const warned = (all: typeof namespaces) => {
    const { state } = createClusterState(builtInState)(
      all,
      [],
      [object('a', { require: [{ sidecar: 'topz' }, { sidecar: 'git' }] })],
    );
    return checkPolicy(object('b', { forbid: ['topz', 'git'] }), state).warnings;
  };
  const [topz, git] = ['topz', 'git'].map((name) => `a requires the sidecar ${name}, and b forbids it.`);
  const rest = 'New pods that match both policies are refused in these namespaces:';
  expect(warned(shop('z', 'x', 'y'))).toEqual([`${topz} ${git} ${rest} x, y, z. [policies-conflict]`]);
  expect(warned(shop('z'))).toEqual([`${topz} ${git} ${rest} z. [policies-conflict]`]);
  const mixed = [...shop('z'), { name: 'bare', annotations, labels: { team: 'web' } }];
  expect(warned(mixed)).toEqual([`${topz} ${git} ${rest} z. [policies-conflict]`]);
  expect(checkPolicy(object('b', { forbid: ['nosuch'] }), builtInState).warnings).toEqual([]);
});

it('one of two policies that changes is another one in the state, and the other is not', () => {
  const stateOf = createClusterState(builtInState);
  const other = object('b', { forbid: ['git'] });
  const first = stateOf(namespaces, [], [object('a', requires), other]);
  const changed = object('a', { require: [{ sidecar: 'https' }] }, 2);
  const { state, policyVerdicts } = stateOf(namespaces, [], [changed, other]);
  expect(state.policies[0]?.require.map(({ sidecar }) => sidecar)).toEqual(['https']);
  expect(state.namespaces.get('shop')?.policies?.[0]).toBe(state.policies[0]);
  expect(state.policies[1]).toBe(first.state.policies[1]);
  expect([...policyVerdicts.keys()]).toEqual([changed, other]);
  const echo = { ...other, status: {} };
  expect([...stateOf(namespaces, [], [changed, echo]).policyVerdicts.keys()]).toEqual([changed, echo]);
});

it('a namespace that only the other policy is for is not named in a warning', () => {
  const all = [
    { name: 'shop', annotations, labels },
    { name: 'web', annotations, labels: { team: 'web' } },
  ];
  const { state } = createClusterState(builtInState)(all, [], [object('a', { ...requires, namespaceSelector: {} })]);
  const [warning] = checkPolicy(object('b', { forbid: ['topz'] }), state).warnings;
  expect(warning).toContain('are refused in these namespaces: shop. [policies-conflict]');
});
