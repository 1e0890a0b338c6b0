import { describe, expect, it } from 'vitest';
import { parsePath, pick } from '../../../src/programs/jsonmetrics/path.ts';

const document = {
  visits: 3,
  queue: { depth: '12.5', name: 'mail', ready: true, 'x-y': 0 },
  workers: [{ busy: false }, { busy: 1e3 }, {}],
  statuses: { '200': 5, '404': '1', note: 'none', 'a"b\n': 2 },
  deep: [[1, 2], [3]],
  nothing: null,
  empty: {},
};

function picked(text: string, from: unknown = document) {
  const path = parsePath(text);
  if (!path) throw new Error(`${text} is no path`);
  const { samples, left } = pick(from, path);
  return [samples.map(({ key, value }) => (key === undefined ? value : `${key}=${value}`)), left] as const;
}

describe('a path', () => {
  it.each([
    ['visits', [3]],
    ['queue.depth', [12.5]],
    ['queue.ready', [1]],
    ['queue.x-y', [0]],
    ['workers[0].busy', [0]],
    ['workers[1].busy', [1000]],
    ['deep[0][1]', [2]],
    ['deep.*[0]', ['0=1', '1=3']],
    ['empty.*', []],
  ])('%s finds numbers', (text, samples) => expect(picked(text)).toEqual([samples, 0]));

  it.each([
    ['queue.name', [], 1],
    ['queue', [], 1],
    ['nothing', [], 1],
    ['nothing.more', [], 1],
    ['no.such.field', [], 1],
    ['workers[3].busy', [], 1],
    ['workers.0.busy', [], 1],
    ['queue[0]', [], 1],
    ['visits.*', [], 1],
    ['toString', [], 1],
    ['workers.length', [], 1],
    ['workers.*.busy', ['0=0', '1=1000'], 1],
    ['statuses.*', ['200=5', '404=1', 'a"b\n=2'], 1],
  ])('%s leaves out what is missing or no number', (text, samples, left) =>
    expect(picked(text)).toEqual([samples, left]),
  );

  it.each([['12 ', 'Infinity', 'NaN', '0x10', '', '1,5', 'true', '1e999']])(
    'no text but a decimal number counts',
    (text) => expect(picked('a', { a: text })).toEqual([[], 1]),
  );

  it('at the root reads a list, or all fields', () => {
    expect(picked('[1]', [7, 8])).toEqual([[8], 0]);
    expect(picked('*', { a: 1, b: 2 })).toEqual([['a=1', 'b=2'], 0]);
    expect(picked('a', 5)).toEqual([[], 1]);
  });

  it('takes 1000 fields at most, and none whose name is no text', () => {
    const many = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`k${i}`, i]));
    const [samples, left] = picked('*', many);
    expect([samples.length, left]).toEqual([1000, 500]);
    expect(picked('*', { '\ud800': 1, b: 2 })).toEqual([['b=2'], 1]);
  });

  it.each(['', '.a', 'a.', 'a..b', 'a b', 'a[]', 'a[x]', 'a[-1]', '*.*', 'a*', 'a.b*', 'a=b', 'a,b', "a['b']"])(
    '%j is none',
    (text) => expect(parsePath(text)).toBeUndefined(),
  );
});
