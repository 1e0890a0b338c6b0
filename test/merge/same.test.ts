// What counts as the same: the API server adds defaults and leaves out zero values, other webhooks change the rest.
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { doesSameWork, includes } from '../../src/merge/same.ts';

describe('a value of the pod has what was injected', () => {
  it.each<[theirs: Json | undefined, ours: Json | undefined, expected: boolean]>([
    [1, 1, true],
    [1, 2, false],
    ['1', 1, false],
    [{ a: 1, b: 2 }, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: { b: 1, c: 2 } }, { a: { c: 2 } }, true],
    [{ a: { b: 1 } }, { a: { b: 2 } }, false],
    ['a', {}, false],
    [[], {}, false],
    [null, {}, false],
    [['a', 'b'], ['a'], true],
    [['a', 'b'], ['a', 'b'], true],
    [['a', 'b'], ['b'], false],
    [['a', 'b'], ['a', 'c'], false],
    [['a'], ['a', 'b'], false],
    [['a'], ['a', ''], false],
    [{ 0: 'a' }, ['a'], false],
    [[{ a: 1, b: 2 }], [{ a: 1 }], true],
  ])('%j has %j: %s', (theirs, ours, expected) => expect(includes(theirs, ours)).toBe(expected));

  it.each(['', 0, false, null, undefined, []])('where it is absent and %j was injected', (zero) => {
    expect(includes({}, { a: zero })).toBe(true);
    expect(includes({ a: 'x' }, { a: zero })).toBe(false);
  });

  it.each<Json>(['0', 1, true, ' ', {}, [0]])('not where it is absent and %j was injected', (ours) => {
    expect(includes({}, { a: ours })).toBe(false);
  });
});

it('a quantity is the same as the API server writes it, and a text is not', () => {
  const limited = (sizeLimit: string) => ({ name: 'v', emptyDir: { sizeLimit } });
  expect(includes(limited('1Gi'), limited('1024Mi'))).toBe(true);
  expect(includes(limited('1Gi'), limited('1025Mi'))).toBe(false);
  const requested = (resources: Json) => ({ spec: { resources: { requests: resources } } });
  expect(includes(requested({ storage: '1', cpu: '500m' }), requested({ storage: '1000m', cpu: 0.5 }))).toBe(true);
  expect(includes([{ name: 'SIZE', value: '1Gi' }], [{ name: 'SIZE', value: '1024Mi' }])).toBe(false);
});

describe('a container does the same work', () => {
  const ours = {
    name: 'sidecar-demo',
    command: ['run'],
    args: ['a'],
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '' },
    ],
    volumeMounts: [
      { name: 'v', mountPath: '/v' },
      { name: 'w', mountPath: '/w', readOnly: true },
    ],
  };
  it.each<[string, JsonObject, boolean]>([
    ['the same', {}, true],
    ['another image and resources', { image: 'mirror/x', resources: { limits: {} } }, true],
    ['more variables, in another order', { env: [{ name: 'C' }, { name: 'B' }, { name: 'A', value: '1' }] }, true],
    ['a mount more', { volumeMounts: [{ name: 'token', mountPath: '/t' }, ...ours.volumeMounts] }, true],
    ['another command', { command: ['walk'] }, false],
    ['no command', { command: undefined }, false],
    ['other arguments', { args: ['b'] }, false],
    ['another value', { env: [{ name: 'A', value: '2' }, { name: 'B' }] }, false],
    ['a variable less', { env: [{ name: 'A', value: '1' }] }, false],
    ['a mount less', { volumeMounts: [ours.volumeMounts[0] ?? {}] }, false],
    [
      'a mount of another volume',
      { volumeMounts: [{ name: 'x', mountPath: '/v' }, ours.volumeMounts[1] ?? {}] },
      false,
    ],
    ['no list of mounts', { volumeMounts: null }, false],
  ])('%s: %s', (_, change, expected) => expect(doesSameWork({ ...ours, ...change }, ours)).toBe(expected));
});
