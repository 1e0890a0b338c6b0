// Templates of the cluster: which of two wins, what becomes of broken ones, and what is checked when one is written.
import { describe, expect, it } from 'vitest';
import type { TemplateObject } from '../../src/core/objects.ts';
import { checkTemplate } from '../../src/state/check-template.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import { template } from '../api-server/cluster-templates.ts';
import { builtInState } from './state.ts';

interface Written {
  readonly name: string;
  readonly namespace?: string;
  readonly created?: string;
  readonly spec?: object;
}
let count = 0;
function object({ name, namespace, created, spec = {} }: Written): TemplateObject {
  const { metadata, ...rest } = template(name, spec, namespace);
  count += 1;
  const creationTimestamp = created === undefined ? {} : { creationTimestamp: created };
  return { ...rest, metadata: { ...metadata, uid: `u${count}`, generation: 1, ...creationTimestamp } };
}

/** A template of a namespace in which two templates declare the annotation `sidecar.io/a-b`. */
const rivals = (first: Partial<Written> = {}, second: Partial<Written> = {}) => {
  const parameter = { name: 'b', type: 'string', description: 'x' };
  const containers = [{ name: '${ instance.id }', securityContext: { runAsUser: 1 } }];
  return [
    object({ name: 'a', namespace: 'shop', spec: { containers, parameters: [parameter] }, ...first }),
    object({ name: 'a-b', namespace: 'shop', spec: { containers, parameters: [] }, ...second }),
  ] as const;
};
const shop = [{ name: 'shop', annotations: {} }];
const [older, newer] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];

describe('of two templates that declare the same annotation', () => {
  it.each<[string, Partial<Written>, Partial<Written>, 0 | 1]>([
    ['the older one', { created: older }, { created: newer }, 0],
    ['the older one', { created: newer }, { created: older }, 1],
    ['of the same age, the first by name', { created: older }, { created: older }, 0],
    ['without a time, the first by name', {}, {}, 0],
  ])('%s wins, in any order of the list', (_, first, second, winner) => {
    for (const reversed of [false, true]) {
      const objects = rivals(first, second);
      const list = reversed ? [...objects].reverse() : objects;
      const { state, verdicts } = createClusterState(builtInState)(shop, list);
      const ready = objects.map((each) => verdicts.get(each)?.ready);
      expect(ready).toEqual([winner === 0, winner === 1]);
      const word = state.namespaces.get('shop')?.catalog?.words.get('a-b');
      expect(word?.template.name).toBe(winner === 0 ? 'a' : 'a-b');
      expect(verdicts.get(objects[winner])).toEqual({ ready: true, message: 'The template is in use.' });
      expect(verdicts.get(objects[1 - winner] as TemplateObject)?.message).toMatch(/^[a-z.[\]0-9]+: .*a-b/);
    }
  });

  it('in two namespaces, both are in use', () => {
    const objects = [object({ name: 'x', namespace: 'a' }), object({ name: 'x', namespace: 'b' })];
    const namespaces = ['a', 'b', 'c'].map((name) => ({ name, annotations: {} }));
    const { state, verdicts } = createClusterState(builtInState)(namespaces, objects);
    expect(objects.map((each) => verdicts.get(each)?.ready)).toEqual([true, true]);
    expect([...state.namespaces.keys()]).toEqual(['a', 'b']);
    expect(state.catalog).toBe(builtInState.catalog);
  });

  it('the list that is given stays as it was', () => {
    const list = [...rivals({ created: newer }, { created: older })];
    const before = [...list];
    createClusterState(builtInState)(shop, list);
    expect(list).toEqual(before);
  });
});

describe('the state', () => {
  it('has the templates of the cluster in place of built-ins with their name', () => {
    const git = object({ name: 'git' });
    const { state, verdicts } = createClusterState(builtInState)([], [git]);
    expect(verdicts.get(git)?.ready).toBe(true);
    expect(state.catalog.words.get('git')?.template.document.spec.summary).toBe('Says hello.');
    expect(state.catalog.templates).toHaveLength(builtInState.catalog.templates.length);
    expect(state.catalog.words.has('git-repo')).toBe(false);
  });

  it('keeps the namespaces that say something, or that have templates', () => {
    const namespaces = [
      { name: 'silent', annotations: {}, labels: { a: 'b' } },
      { name: 'other', annotations: { 'example.com/sidecar.io/': 'x' } },
      { name: 'says', annotations: { 'example.com/a': 'x', 'sidecar.io/topz': 'true' } },
      { name: 'has', annotations: {} },
    ];
    const { state } = createClusterState(builtInState)(namespaces, [object({ name: 'own', namespace: 'has' })]);
    expect([...state.namespaces.keys()]).toEqual(['says', 'has']);
    expect(state.namespaces.get('says')).toEqual({ annotations: namespaces[2]?.annotations, labels: {} });
    expect(state.namespaces.get('has')).toMatchObject({ annotations: {}, labels: {}, catalog: expect.anything() });
  });

  it('leaves broken templates out, with every problem and within 4096 characters', () => {
    const broken = object({ name: 'broken', spec: { summary: 1, image: 2 } });
    const fine = object({ name: 'fine' });
    const { state, verdicts } = createClusterState(builtInState)([], [broken, fine]);
    expect(verdicts.get(broken)).toEqual({
      ready: false,
      message: expect.stringMatching(/^spec\.summary: .*; spec\.image: /),
    });
    expect(verdicts.get(fine)?.ready).toBe(true);
    expect(state.catalog.words.has('fine')).toBe(true);
    expect(state.catalog.words.has('broken')).toBe(false);
    const containers = Array.from({ length: 8 }, (_, i) => ({ name: `wrong${i}${'x'.repeat(600)}` }));
    const long = object({ name: 'long', spec: { containers, [`y${'z'.repeat(4100)}`]: 1 } });
    expect(createClusterState(builtInState)([], [long]).verdicts.get(long)?.message.length).toBeLessThanOrEqual(4096);
  });

  it('compiles a version once, and a new one anew', () => {
    const stateOf = createClusterState(builtInState);
    const first = object({ name: 'own' });
    const compiled = (each: TemplateObject) => stateOf([], [each]).state.catalog.words.get('own')?.template;
    const once = compiled(first);
    expect(compiled({ ...first, spec: { ...(first.spec as object), summary: 'Ignored: the same version.' } })).toBe(
      once,
    );
    expect(compiled({ ...first, metadata: { ...first.metadata, generation: 2 } })).not.toBe(once);
  });

  it('gives a namespace another catalog when one of its templates comes or goes', () => {
    const stateOf = createClusterState(builtInState);
    const [a, b] = [object({ name: 'own', namespace: 'shop' }), object({ name: 'second', namespace: 'shop' })];
    const wordsOf = (...objects: TemplateObject[]) => {
      const words = stateOf(shop, objects).state.namespaces.get('shop')?.catalog?.words;
      return ['own', 'second'].map((word) => words?.has(word));
    };
    expect(wordsOf(a)).toEqual([true, false]);
    expect(wordsOf(a, b)).toEqual([true, true]);
    expect(wordsOf(b)).toEqual([false, true]);
    expect(wordsOf()).toEqual([undefined, undefined]);
  });
});

describe('a template that is written', () => {
  const check = (written: Written, state = builtInState) => checkTemplate(object(written), state);

  it('that is broken is refused with every problem, and with no warning', () => {
    expect(check({ name: 'x', spec: { summary: 1, order: { before: ['gti'] }, image: 2 } })).toEqual({
      problems: [expect.stringMatching(/^spec\.summary: /), expect.stringMatching(/^spec\.image: /)],
      warnings: [],
    });
  });

  it.each<[Written, readonly unknown[]]>([
    [{ name: 'git' }, []],
    [{ name: 'git', namespace: 'shop' }, [expect.stringContaining('a sidecar named git exists')]],
    [{ name: 'git-repo', namespace: 'shop' }, [expect.stringContaining('git-repo')]],
    [{ name: 'git-repo' }, [expect.stringContaining('git-repo')]],
    [{ name: 'hello', namespace: 'shop' }, []],
  ])('is compared with those in use: %j', (written, problems) => {
    expect(check(written)).toEqual({ problems, warnings: [] });
  });

  it('of the cluster knows nothing of the templates of namespaces', () => {
    const { state } = createClusterState(builtInState)(shop, [object({ name: 'own', namespace: 'shop' })]);
    const order = { order: { after: ['own'] } };
    expect(check({ name: 'x', spec: order, namespace: 'shop' }, state).warnings).toEqual([]);
    expect(check({ name: 'x', spec: order }, state).warnings).toHaveLength(1);
    expect(check({ name: 'x', spec: order, namespace: 'elsewhere' }, state).warnings).toHaveLength(1);
  });
});
