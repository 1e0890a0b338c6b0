// What is wrong with the annotations of a namespace, whatever its pods say.
import { expect, it } from 'vitest';
import { namespaceProblems } from '../../src/engine/namespace-problems.ts';
import { template } from '../api-server/cluster-templates.ts';
import { policy } from '../policy/policy.ts';
import { stateWith } from './explained.ts';
import { builtInState } from './state.ts';

const shop = (annotations: Record<string, string>, labels: Record<string, string> = { team: 'shop' }) => ({
  ...{ name: 'shop', annotations, labels },
});
const pathsOf = (namespace: ReturnType<typeof shop>, state = builtInState) =>
  namespaceProblems(namespace, state).map(({ code, path }) => `${code} ${path}`);
const at = (word: string) => `metadata.annotations['sidecar.io/${word}']`;
const topz = { 'sidecar.io/topz': 'true' };
const others = { 'example.com/a': 'b' };

it.each<[string, Record<string, string>, string[]]>([
  ['nothing', {}, []],
  ['annotations of others', { ...others, 'sidecars.io/topz': 'x' }, []],
  ['a sidecar', { ...others, ...topz }, []],
  ['a misspelled one', { ...others, 'sidecar.io/tops': 'true' }, [`unknown-annotation ${at('tops')}`]],
  [
    'two problems',
    { 'sidecar.io/tops': 'x', 'sidecar.io/topz': 'yes' },
    [`bad-switch ${at('topz')}`, `unknown-annotation ${at('tops')}`],
  ],
])('a namespace that says %s', (_, annotations, problems) => {
  expect(pathsOf(shop(annotations)).sort()).toEqual(problems);
});

it('a template of the namespace is known there', () => {
  const state = stateWith([shop(topz)], [template('own', {}, 'shop')]);
  expect(pathsOf(shop({ 'sidecar.io/own': 'true' }), state)).toEqual([]);
  expect(pathsOf({ ...shop({ 'sidecar.io/own': 'true' }), name: 'other' }, state)).toHaveLength(1);
});

const sets = (port: string, more: object = {}) => ({
  ...{ require: [{ sidecar: 'topz', settings: { port }, lock: ['port'] }], ...more },
});
const web = { podSelector: { matchLabels: { app: 'web' } } };
const port = { 'sidecar.io/topz-port': '22000' };
const locked = `setting-locked ${at('topz-port')}`;

it.each<[string, object, Record<string, string>, string[]]>([
  ['for all pods', sets('21999'), {}, [locked]],
  ['for some pods', sets('21999', web), {}, [locked]],
  ['that locks what it says', sets('22000'), {}, []],
  ['that is not enforced', sets('21999', { action: 'Warn' }), {}, []],
  ['for other namespaces', sets('21999', { namespaceSelector: { matchLabels: { team: 'web' } } }), {}, []],
  [
    'for this namespace by its name',
    sets('21999', { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }),
    { other: 'label' },
    [locked],
  ],
])('a policy %s', (_, spec, labels, problems) => {
  const state = { ...builtInState, policies: [policy('p', spec)] };
  expect(pathsOf(shop(port, { team: 'shop', ...labels }), state)).toEqual(problems);
});

it('a problem under several policies is said once, and policies for some pods are tried one by one', () => {
  const db = { podSelector: { matchLabels: { app: 'db' } } };
  const policies = [
    policy('all', { forbid: ['git'] }),
    policy('a', sets('22000', web)),
    policy('b', { forbid: ['topz'], ...db }),
  ];
  const state = { ...builtInState, policies };
  expect(pathsOf(shop({ ...port, 'sidecar.io/tops': 'x' }), state)).toEqual([`unknown-annotation ${at('tops')}`]);
  expect(pathsOf(shop({ ...topz, 'sidecar.io/git-repo': 'https://git.example.com/a.git' }), state)).toEqual([
    `sidecar-forbidden ${at('git-repo')}`,
    `sidecar-forbidden ${at('topz')}`,
  ]);
});

it('the labels of the namespace are not those of its policies where it has none', () => {
  const { labels: _, ...bare } = shop(port);
  const state = { ...builtInState, policies: [policy('p', sets('21999'))] };
  expect(namespaceProblems(bare, state)).toEqual([]);
});
