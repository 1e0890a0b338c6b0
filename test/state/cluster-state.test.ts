import { describe, expect, it } from 'vitest';
import type { TemplateObject } from '../../src/core/objects.ts';
import { checkTemplate } from '../../src/state/check-template.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import type { State } from '../../src/state/state.ts';
import { builtInState } from '../engine/state.ts';
import { policyObject } from '../policy/policy.ts';

/** A template of a namespace, or of the cluster without one. */
function object(name: string, namespace: string | undefined, generation = 1, parameter = 'text'): TemplateObject {
  return {
    apiVersion: 'sidecar.io/v1alpha1',
    kind: namespace === undefined ? 'ClusterSidecarTemplate' : 'SidecarTemplate',
    metadata: { name, uid: `${namespace}/${name}`, generation, ...(namespace !== undefined && { namespace }) },
    spec: {
      summary: 'x',
      failurePolicy: 'Ignore',
      image: 'x',
      parameters: [{ name: parameter, type: 'string', description: 'x' }],
      containers: [{ name: '${ instance.id }', securityContext: { runAsUser: 1000 } }],
    },
  };
}

const namespaces = ['a', 'b'].map((name) => ({ name, annotations: {} }));

describe('the state of a cluster', () => {
  it('keeps what a change does not concern: the catalogs of other namespaces, and that of the cluster', () => {
    const stateOf = createClusterState(builtInState);
    const others = [object('shared', undefined), object('own', 'b')];
    const before = stateOf(namespaces, [object('own', 'a'), ...others]).state;
    const after = stateOf(namespaces, [object('own', 'a', 2, 'other'), ...others]).state;
    expect(after.catalog).toBe(before.catalog);
    expect(after.namespaces.get('b')?.catalog).toBe(before.namespaces.get('b')?.catalog);
    expect(before.namespaces.get('a')?.catalog?.words.has('own-other')).toBe(false);
    expect(after.namespaces.get('a')?.catalog?.words.has('own-other')).toBe(true);
    expect(after.namespaces.get('a')?.catalog?.words.has('own-text')).toBe(false);
  });

  it('gives each namespace its catalog anew when one of the cluster changes, and says again what is in conflict', () => {
    const stateOf = createClusterState(builtInState);
    const own = object('own', 'a');
    const first = stateOf(namespaces, [own]);
    expect(first.verdicts.get(own)?.ready).toBe(true);
    for (let time = 0; time < 2; time++) {
      const { state, verdicts } = stateOf(namespaces, [own, object('own', undefined)]);
      expect(verdicts.get(own)).toMatchObject({
        ready: false,
        message: expect.stringContaining('a sidecar named own exists'),
      });
      expect(state.namespaces.get('a')?.catalog?.words.get('own')?.template.document.kind).toBe(
        'ClusterSidecarTemplate',
      );
    }
    const last = stateOf(namespaces, [own]);
    expect(last.verdicts.get(own)?.ready).toBe(true);
    expect(last.state.namespaces.get('a')?.catalog?.words.get('own')?.template.document.kind).toBe('SidecarTemplate');
  });
});

/** What a state holds, without what is compiled from it. */
function contentsOf({ catalog, namespaces, policies }: State): object {
  const namesOf = (all: readonly { readonly name: string }[] = []) => all.map(({ name }) => name);
  const facts = [...namespaces].map(([name, { annotations, labels, catalog, policies }]) => ({
    ...{ name, annotations, labels },
    ...{ words: [...(catalog?.words.keys() ?? [])], policies: namesOf(policies) },
  }));
  return { words: [...catalog.words.keys()], facts, policies: namesOf(policies) };
}

describe('the state of a cluster is another one', () => {
  const annotations = {};
  const shop = { name: 'shop', annotations, labels: { team: 'shop' } };
  const objects = [object('own', 'shop'), object('second', 'shop')];
  const policies = [policyObject('p', { require: [{ sidecar: 'topz' }] }, { uid: 'p', generation: 1 })];

  it.each<[string, boolean, ...Parameters<ReturnType<typeof createClusterState>>]>([
    ['when nothing changes', false, [shop], objects, policies],
    ['when the same is read again', false, [{ ...shop }], objects.map((each) => ({ ...each })), [...policies]],
    ['when a namespace has other annotations', true, [{ ...shop, annotations: { a: 'b' } }], objects, policies],
    ['when a namespace has other labels', true, [{ ...shop, labels: { team: 'shop', a: 'b' } }], objects, policies],
    ['when a namespace goes', true, [], [], policies],
    ['when a namespace is replaced', true, [{ ...shop, name: 'other' }], [], policies],
    [
      'when one of two templates changes',
      true,
      [shop],
      [object('own', 'shop'), object('second', 'shop', 2, 'b')],
      policies,
    ],
    ['when a template goes', true, [shop], objects.slice(1), policies],
    ['when a policy goes', true, [shop], objects, []],
    ['when a template of the cluster comes', true, [shop], [...objects, object('shared', undefined)], policies],
  ])('%s: %s', (_, isAnother, ...changed) => {
    const stateOf = createClusterState(builtInState);
    const { state } = stateOf([shop], objects, policies);
    const { state: next } = stateOf(...changed);
    expect(next !== state).toBe(isAnother);
    expect(contentsOf(next)).toEqual(contentsOf(createClusterState(builtInState)(...changed).state));
  });
});

it('other labels of a namespace count without policies too: templates read them', () => {
  const stateOf = createClusterState(builtInState);
  const shop = { name: 'shop', annotations: { 'sidecar.io/topz': 'true' }, labels: { team: 'shop' } };
  stateOf([shop], []);
  const labels = { team: 'web' };
  expect(stateOf([{ ...shop, labels }], []).state.namespaces.get('shop')?.labels).toBe(labels);
});

describe('of templates that declare the same', () => {
  const aged = (name: string, creationTimestamp?: string) => {
    const each = object(name, undefined, 1, name === 'a' ? 'b-c' : 'c');
    return { ...each, metadata: { ...each.metadata, ...(creationTimestamp && { creationTimestamp }) } };
  };

  it.each([
    ['the older one is used', aged('a', '2026-02-01T00:00:00Z'), aged('a-b', '2026-01-01T00:00:00Z'), 'a-b'],
    [
      'the first by name is used, of the same age',
      aged('a-b', '2026-01-01T00:00:00Z'),
      aged('a', '2026-01-01T00:00:00Z'),
      'a',
    ],
    ['the first by name is used, where the age is not known', aged('a-b'), aged('a'), 'a'],
  ])('%s', (_, one, other, used) => {
    for (const objects of [
      [one, other],
      [other, one],
    ]) {
      const { verdicts } = createClusterState(builtInState)([], objects);
      const ready = objects.filter((each) => verdicts.get(each)?.ready).map(({ metadata }) => metadata.name);
      expect(ready).toEqual([used]);
    }
  });
});

it('a template that cannot be used says all that is wrong, in as much as a status holds', () => {
  const wrong = { ...object('wrong', undefined), spec: { ...(object('wrong', undefined).spec as object), image: 7 } };
  const worse = { ...wrong, spec: { ...wrong.spec, parameters: Array.from({ length: 60 }, () => ({ type: 'x' })) } };
  const both = { ...wrong, spec: { ...wrong.spec, summary: 7 } };
  const messageOf = (each: TemplateObject) => createClusterState(builtInState)([], [each]).verdicts.get(each);
  expect(messageOf(both)).toMatchObject({ ready: false, message: expect.stringMatching(/spec\.\w+: .*; spec\.\w+: /) });
  expect(messageOf(worse)?.message).toHaveLength(4096);
});

it('the cluster itself may have more than 100 templates', () => {
  const objects = Array.from({ length: 101 }, (_, i) => object(`shared${i}`, undefined));
  const { verdicts } = createClusterState(builtInState)([], objects);
  expect(objects.filter((each) => !verdicts.get(each)?.ready)).toEqual([]);
});

describe('many templates of tenants', () => {
  it('that arrive one by one leave the catalogs of older namespaces as they are, and cost little', () => {
    const count = 1000;
    const all = Array.from({ length: count }, (_, i) => ({ name: `n${i}`, annotations: {}, labels: {} }));
    const objects = all.map(({ name }) => object('own', name));
    const stateOf = createClusterState(builtInState);
    const start = process.cpuUsage();
    const first = stateOf(all, objects.slice(0, 1)).state.namespaces.get('n0')?.catalog;
    expect(first?.words.has('own')).toBe(true);
    for (let i = 2; i <= count; i++) {
      const { state, verdicts } = stateOf(all, objects.slice(0, i));
      expect(verdicts.size).toBe(i);
      expect(state.namespaces.get('n0')?.catalog).toBe(first);
    }
    const echoes = objects.map((each) => ({ ...each, status: { conditions: [] } }));
    const { state } = stateOf(all, objects);
    for (let i = 1; i <= count; i++)
      expect(stateOf(all, [...echoes.slice(0, i), ...objects.slice(i)]).state).toBe(state);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1e6).toBeLessThan(10);
  });

  it.each([
    ['nothing', {}],
    ['that they come before a built-in', { order: { before: ['topz'] } }],
    ['that they come after a built-in', { order: { after: ['topz'] } }],
  ])('of one namespace that say %s: the 100 oldest are used, and each change costs little', (_, more) => {
    const stateOf = createClusterState(builtInState);
    const objects = Array.from({ length: 120 }, (_, i) => {
      const each = object(`own${String(i).padStart(3, '0')}`, 'a');
      return { ...each, spec: { ...(each.spec as object), ...more } };
    });
    const start = process.cpuUsage();
    for (let i = 1; i < objects.length; i++) stateOf(namespaces, objects.slice(0, i));
    const { verdicts, state } = stateOf(namespaces, objects);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1e6).toBeLessThan(10);
    const refused = objects.filter((each) => !verdicts.get(each)?.ready);
    expect(refused.map(({ metadata }) => metadata.name)).toEqual(
      objects.slice(100).map(({ metadata }) => metadata.name),
    );
    expect(verdicts.get(objects[119] as TemplateObject)?.message).toContain('already has 100 templates');
    expect(checkTemplate(object('another', 'a'), state).problems).toEqual([
      expect.stringContaining('already has 100 templates'),
    ]);
    expect(checkTemplate(object('own005', 'a'), state).problems).toEqual([]);
    expect(checkTemplate(object('another', 'b'), state).problems).toEqual([]);
    expect(checkTemplate(object('another', undefined), state).problems).toEqual([]);
  });
});
