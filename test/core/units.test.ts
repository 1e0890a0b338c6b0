// Amounts as Kubernetes writes them: which is more.
import { expect, it } from 'vitest';
import { exceeds, quantityOf, quantityText } from '../../src/core/units.ts';

const isMore = (a: string, b: string) => exceeds(quantityOf(a) ?? Number.NaN, quantityOf(b) ?? Number.NaN);

it.each([
  ['9m', '0.009'],
  ['570m', '0.57'],
  ['1Gi', '1024Mi'],
  ['1e3', '1k'],
  ['0', '0'],
])('%s and %s are the same amount, so neither is more', (a, b) => {
  expect([isMore(a, b), isMore(b, a)]).toEqual([false, false]);
});

it.each([
  ['10m', '0.009'],
  ['1073741825', '1Gi'],
  ['100000000001n', '100'],
  ['1n', '0'],
])('%s is more than %s', (a, b) => {
  expect([isMore(a, b), isMore(b, a)]).toEqual([true, false]);
});

it('a sum of decimal fractions is not more than its amount', () => {
  const tenths = Array.from({ length: 1000 }, () => 0.1).reduce((sum, each) => sum + each);
  expect(tenths).not.toBe(100);
  expect([exceeds(tenths, 100), exceeds(100, tenths)]).toEqual([false, false]);
});

it.each([
  [0, '0'],
  [3, '3'],
  [0.25, '250m'],
  [0.1 + 0.2, '300m'],
  [52_428_800, '50Mi'],
  [1_073_741_824, '1Gi'],
  [1000, '1000'],
])('%d is %s', (amount, text) => {
  expect(quantityText(amount)).toBe(text);
});
