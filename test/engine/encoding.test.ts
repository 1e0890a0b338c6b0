// The patch as an AdmissionReview carries it.
import { describe, expect, it } from 'vitest';
import type { Encoded, Operation } from '../../src/core/outcome.ts';
import { type Entry, encodedPatch, maxPatch } from '../../src/engine/cache.ts';

const entry = (): Entry => ({ plan: {} as Entry['plan'] }); // what is encoded does not depend on the plan
const add = (value: Operation['value'], path = '/spec/volumes'): Operation => ({ op: 'add', path, value });
const decoded = (encoded: Encoded | undefined) => encoded && Buffer.from(encoded.base64, 'base64').toString();
/** As long as the texts whose JSON is kept. */
const long = (start: string) => start + '"é\n'.repeat(400);

describe('an encoded patch is the JSON of its operations', () => {
  it.each<[string, Operation[]]>([
    ['nothing', []],
    ['values of every kind', [add(true), add({ a: [1] }, '/a"b'), { op: 'replace', path: '/x', value: 'y' }]],
    ['a text of 1023 characters', [add('"'.repeat(1023))]],
    ['a text of 1024 characters', [add('"'.repeat(1024))]],
    ['a long list', [add(Array.from({ length: 2000 }, () => '"'))]],
    ['long texts, one of them twice', [add(long('a')), add(long('b'), '/metadata/annotations/b"c'), add(long('a'))]],
    ['many long texts', Array.from({ length: 130 }, (_, i) => add(long(String(i))))],
  ])('%s', (_, patch) => {
    for (let time = 0; time < 2; time++) {
      const text = decoded(encodedPatch(entry(), patch));
      expect(text).toBe(JSON.stringify(patch));
    }
  });

  it.each([
    [maxPatch - JSON.stringify(add('')).length - 2, true],
    [maxPatch - JSON.stringify(add('')).length - 1, false],
  ])('%i characters of a text: %s', (length, fits) => {
    expect(encodedPatch(entry(), [add('x'.repeat(length))]) !== undefined).toBe(fits);
    expect(encodedPatch(entry(), [add('é'.repeat(length / 2)), add('')]) !== undefined, 'in bytes').toBe(false);
  });
});

it('the patch of the pod before is given again where it is the same, and only there', () => {
  const shared = { name: 'x' };
  const base = [add([shared, shared]), add('y', '/b')];
  const same = [add([shared, shared]), add('y', '/b')];
  const kept = entry();
  const first = encodedPatch(kept, base);
  expect(encodedPatch(kept, same)).toBe(first);
  expect(kept.last?.patch).toBe(base);
  const [one, two] = base as [Operation, Operation];
  const others: Operation[][] = [
    [one],
    [one, two, two],
    [add([shared]), two],
    [add([shared, { name: 'z' }]), two],
    [add({ 0: shared, 1: shared, length: 2 }), two],
    [one, add('z', '/b')],
    [one, add('y', '/c')],
    [one, { ...two, op: 'replace' }],
    [add('y'), two],
  ];
  for (const other of others) {
    const fresh = entry();
    encodedPatch(fresh, base);
    expect(decoded(encodedPatch(fresh, other))).toBe(JSON.stringify(other));
  }
});
