import { expect, it } from 'vitest';
import { readWaveSize, wavesOf } from '../../src/rollout/waves.ts';

it.each([
  [50, '10%', [1, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4]],
  [12, '10%', [1, 2, 2, 2, 2, 2, 1]],
  [12, '5', [1, 5, 5, 1]],
  [12, '100%', [1, 11]],
  [1, '10%', [1]],
  [0, '10%', []],
])('%i workloads in waves of %s', (count, text, sizes) => {
  const owners = Array.from({ length: count }, (_, i) => i);
  const size = readWaveSize(text);
  if (!size) throw new Error(`${text} is no size`);
  const waves = wavesOf(owners, size);
  expect(waves.map(({ length }) => length)).toEqual(sizes);
  expect(waves.flat()).toEqual(owners);
});

it.each(['0', '0%', '101%', '-1', '1.5', '10 %', 'all', ''])('%j is no size of a wave', (text) => {
  expect(readWaveSize(text)).toBeUndefined();
});
