// Which entry of the webhook concerns a pod, and that there is never more than one.
import { describe, expect, it } from 'vitest';
import { createClusterState } from '../../src/state/cluster-state.ts';
import { needsText } from '../../src/state/match-condition.ts';
import { type RequiredSidecars, requiredSidecars } from '../../src/state/required-sidecars.ts';
import type { State } from '../../src/state/state.ts';
import { template } from '../api-server/cluster-templates.ts';
import { builtInState } from '../engine/state.ts';
import { fc } from '../fast-check.ts';
import { policy } from '../policy/policy.ts';
import { entriesFor, holds } from './conditions.ts';

const fail = { failurePolicy: 'Fail' };
const names = ['shop', 'other', 'web'];
const { state } = createClusterState(builtInState)(
  names.map((name) => ({ name, annotations: {} })),
  [
    template('strict', fail),
    template('strict-extra'),
    template('mild'),
    template('mild-strict', fail),
    template('cache', fail, 'shop'),
    template('cache-lite', {}, 'shop'),
    template('strict-own', {}, 'shop'),
    template('strict-extra-own', fail, 'web'),
    template('cache-lite-own', fail, 'web'),
  ].map((object) => ({ ...object, metadata: { ...object.metadata, uid: object.metadata.name } })),
);

type Texts = Readonly<Record<string, string>>;

/** The words get the prefix of the injector. */
const asking = (words: Texts, others: Texts = {}) => ({
  annotations: { ...Object.fromEntries(Object.entries(words).map(([k, v]) => [`sidecar.io/${k}`, v])), ...others },
});

describe('a pod in a namespace whose annotations do not count', () => {
  it.each<[string, string, Texts, string[]]>([
    ['asks for nothing', 'other', {}, []],
    ['was injected before', 'other', { status: '{}' }, []],
    ['asks for what it can do without', 'other', { topz: 'true' }, ['optional']],
    ['has an unknown word', 'other', { tops: 'true' }, ['optional']],
    ['asks for a required one', 'other', { strict: 'true' }, ['required']],
    ['asks for it and for another', 'other', { topz: 'true', strict: 'true' }, ['required']],
    ['asks for an instance of it', 'other', { 'strict.docs': 'true' }, ['required']],
    ['sets its parameter', 'other', { 'strict-greeting': 'x' }, ['required']],
    ['has a longer word', 'other', { stricter: 'x' }, ['optional']],
    ['has the beginning of its name', 'other', { stric: 'x' }, ['optional']],
    ['has a word that ends with its name', 'other', { 'very-strict': 'x' }, ['optional']],
    ['asks for a longer name with Ignore', 'other', { 'strict-extra': 'true' }, ['optional']],
    ['sets a parameter of that', 'other', { 'strict-extra-greeting.a': 'x' }, ['optional']],
    ['sets a parameter with a similar name', 'other', { 'strict-extras': 'x' }, ['required']],
    ['asks for both', 'other', { strict: 'true', 'strict-extra': 'true' }, ['required']],
    ['asks for it where a longer one is required', 'web', { 'strict-extra': 'true' }, ['required']],
    ['asks for that longer one', 'web', { 'strict-extra-own': 'true' }, ['required']],
    ['asks for the longer one of another namespace', 'other', { 'strict-extra-own': 'true' }, ['optional']],
    ['asks for a shorter name with Ignore', 'other', { mild: 'true', 'mild-str': 'x' }, ['optional']],
    ['asks for the longer one with Fail', 'other', { 'mild-strict': 'true' }, ['required']],
    ['asks for a required one of its namespace', 'shop', { cache: 'true' }, ['required']],
    ['sets a parameter of that one', 'shop', { 'cache-greeting': 'x' }, ['required']],
    ['asks for one with Ignore beside it', 'shop', { 'cache-lite': 'x' }, ['optional']],
    ['asks for one with Ignore beside a required one of all', 'shop', { 'strict-own': 'x' }, ['optional']],
    ['asks for that in another namespace', 'other', { 'strict-own': 'x' }, ['required']],
    ['asks for one of another namespace', 'other', { cache: 'true' }, ['optional']],
    ['carries a required one of its workload', 'other', { 'from-workload': '{"strict":"true"}' }, ['required']],
    ['carries an optional one', 'other', { 'from-workload': '{"topz":"true"}' }, ['optional']],
    ['is of the control plane', 'kube-system', { strict: 'true' }, []],
    ['is an injector', 'sidecars', { strict: 'true' }, []],
  ])('that %s', (_, name, words, entries) => {
    expect(entriesFor(state, { name }, asking(words))).toEqual(entries);
  });

  it.each<[string, object]>([
    ['has no annotations', {}],
    ['has annotations of others', asking({}, { 'sidecars.io/strict': 'x', 'example.com/sidecar.io/strict': 'x' })],
    ['is the mirror of a static pod', asking({ strict: 'true' }, { 'kubernetes.io/config.mirror': 'x' })],
  ])('that %s causes no call', (_, metadata) => {
    expect(entriesFor(state, { name: 'other' }, metadata)).toEqual([]);
  });
});

describe('a pod in a namespace whose annotations count', () => {
  const labels = { 'sidecar.io/inject': 'enabled' };

  it.each<[string, string, Texts, string[]]>([
    ['asks for nothing', 'other', {}, ['namespace']],
    ['asks for what it can do without', 'other', { topz: 'true' }, ['namespace']],
    ['asks for a required one', 'other', { strict: 'true' }, ['namespace-required']],
    ['asks for a required one of its namespace', 'shop', { cache: 'true' }, ['namespace-required']],
    ['is of the control plane', 'kube-node-lease', { strict: 'true' }, []],
  ])('that %s', (_, name, words, entries) => {
    expect(entriesFor(state, { name, labels }, asking(words))).toEqual(entries);
    const other = { 'sidecar.io/inject': 'disabled' };
    expect(entriesFor(state, { name, labels: other }, asking(words))).not.toEqual(['namespace']);
  });
});

describe('policies that require something', () => {
  const web = { matchLabels: { app: 'web' } };
  const withPolicies = (policies: State['policies']) => ({ ...state, policies });
  const two = withPolicies([
    policy('metrics', { require: [{ sidecar: 'topz' }], podSelector: web }),
    policy('nothing', { forbid: ['git'] }),
  ]);
  const team = (value: string) => ({ name: 'other', labels: { team: value } });
  const labels = { app: 'web' };

  it.each<[string, string, object, string[]]>([
    ['asks for nothing', 'shop', { labels }, ['policy-metrics']],
    ['has other labels', 'shop', { labels: { app: 'db' } }, []],
    ['is in another namespace', 'web', { labels }, []],
    ['asks for something itself', 'shop', { ...asking({ topz: 'true' }), labels }, ['optional']],
    ['was called for before', 'shop', { ...asking({ status: '{}' }), labels }, []],
    ['is a mirror pod', 'shop', { ...asking({}, { 'kubernetes.io/config.mirror': 'x' }), labels }, []],
  ])('concern a pod that %s', (_, value, metadata, entries) => {
    expect(entriesFor(two, team(value), metadata)).toEqual(entries);
  });

  it('leave pods to the entries of their namespace where its annotations count', () => {
    const { name, labels: own } = team('shop');
    const counting = { name, labels: { ...own, 'sidecar.io/inject': 'enabled' } };
    expect(entriesFor(two, counting, { labels })).toEqual(['namespace']);
  });

  it.each([
    [100, 'policy-p99', []],
    [101, 'policies', ['policies']],
  ])('have an entry each, or one together where there are more than 100: %i', (count, last, elsewhere) => {
    const requiring = policy('p', { require: [{ sidecar: 'topz' }], podSelector: web });
    const many = withPolicies(Array.from({ length: count }, (_, i) => ({ ...requiring, name: `p${i}` })));
    expect(entriesFor(many, team('shop'), { labels }).at(-1)).toBe(last);
    expect(entriesFor(many, team('web'), { labels })).toEqual(elsewhere);
  });
});

/** Whether a pod in the namespace `shop` with this annotation needs an injector. */
const needs = (sidecars: RequiredSidecars, word: string, namespace = 'shop') =>
  holds(needsText(sidecars), {
    object: { metadata: { annotations: { [`sidecar.io/${word}`]: 'x' } } },
    request: { namespace },
  });

describe('the condition for required sidecars', () => {
  const templates = fc.dictionary(
    fc.constantFrom('a', 'a-b', 'a-b-c', 'b', 'b-a', 'ab'),
    fc.record({ failurePolicy: fc.constantFrom('Fail', 'Ignore'), scope: fc.constantFrom('', 'shop', 'other') }),
  );
  const word = fc.tuple(
    fc.constantFrom('a', 'a-b', 'a-b-c', 'b', 'b-a', 'ab', 'c'),
    fc.constantFrom('', '-x', '.i', '-x.i', 'x', '-a'),
  );

  it('follows the longest name that the annotation begins with, and never takes a required sidecar for another', () => {
    fc.assert(
      fc.property(templates, word, (all, parts) => {
        const word = parts.join('');
        const list = Object.entries(all).map(([name, fields]) => ({ name, ...fields }));
        const documents = list.map(({ name, failurePolicy, scope }) => {
          const document = { kind: scope === '' ? 'ClusterSidecarTemplate' : 'SidecarTemplate' };
          return { name, failurePolicy, scope, document };
        });
        const catalogOf = (...scopes: string[]) =>
          ({
            ...builtInState.catalog,
            templates: documents.filter(({ scope }) => scopes.includes(scope)) as object[],
          }) as State['catalog'];
        const sidecars = requiredSidecars({
          ...builtInState,
          catalog: catalogOf(''),
          namespaces: new Map(
            ['shop', 'other'].map((name) => [name, { annotations: {}, catalog: catalogOf('', name) }]),
          ),
        });
        const visible = list.filter(({ scope }) => scope !== 'other');
        const begins = visible
          .filter(({ name }) => word === name || word.startsWith(`${name}-`) || word.startsWith(`${name}.`))
          .sort((x, y) => y.name.length - x.name.length);
        const [longest] = begins;
        const isNeeded = needs(sidecars, word);
        if (longest?.failurePolicy === 'Fail') expect(isNeeded).toBe(true);
        if (begins.every(({ failurePolicy }) => failurePolicy === 'Ignore')) expect(isNeeded).toBe(false);
        const hasLonger = visible.some(
          ({ name, failurePolicy }) => failurePolicy === 'Fail' && name.startsWith(`${longest?.name}-`),
        );
        if (longest?.failurePolicy === 'Ignore' && !hasLonger) expect(isNeeded).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('is false where nothing is required', () => {
    expect(needsText({ required: [], lenient: [], strictIn: [] })).toBe('false');
  });

  // The API server compiles 100,000 characters.
  const many = (count: number, prefix = '') =>
    Array.from({ length: count }, (_, i) => `${prefix}n${i}-${'x'.repeat(30)}`);
  const limit = 100_000;

  it('takes every sidecar of a namespace for a required one where the names of all namespaces do not fit', () => {
    const sidecars = { required: ['git', ...many(4000, 'shop/')], lenient: ['git-lfs'], strictIn: [] };
    expect(needsText(sidecars).length).toBeLessThan(limit);
    expect(needs(sidecars, 'topz')).toBe(true);
    expect(needs(sidecars, 'topz', 'other')).toBe(false);
    expect(needs(sidecars, 'git', 'other')).toBe(true);
    expect(needs(sidecars, 'git-lfs', 'other')).toBe(false);
  });

  it.each([
    ['names of the cluster', many(4000)],
    ['namespaces', many(4000).map((name) => `${name}/git`)],
  ])('takes every sidecar for a required one where the %s do not fit', (_, required) => {
    const sidecars = { required, lenient: [], strictIn: [] };
    expect(needsText(sidecars).length).toBeLessThan(limit);
    expect(needs(sidecars, 'topz', 'other')).toBe(true);
    expect(needs(sidecars, 'status')).toBe(false);
  });
});
