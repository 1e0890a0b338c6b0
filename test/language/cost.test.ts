// What an expression can cost at most, in units of work: `p` has 10, `l` 100 in 20 items.
import { describe, expect, it } from 'vitest';
import { parseCel } from '../../src/language/cel.ts';
import { costOf } from '../../src/language/cost.ts';

const extents = new Map([
  ['p', { size: 10, items: 0 }],
  ['l', { size: 100, items: 20 }],
]);

/** The units of a step, of a call besides its step, and of an item of a loop. */
const [s, call, loop] = [8, 32, 48];

function cost(source: string): number {
  const cel = parseCel(source);
  if ('problem' in cel) throw new Error(cel.problem);
  return costOf(cel.term, extents);
}

describe('the cost of an expression', () => {
  it.each<[string, number, string]>([
    ['params.p', 10 + s, 'its value, and a step'],
    ['params["p"]', 10 + s, 'as above'],
    ['"abc"', 3 + s, 'as above'],
    ['5', 32 + s, 'a number'],
    ['instance.id', 512 + s, 'a name'],
    ['pod.metadata.labels.a', 16_384 + s, 'unknown fields count as the longest that can be read'],
    ['params.p + "abc"', 13 + 13 + 3 * s, 'the value, what was built for it, and a step for each term'],
    ['params.p + params.p + "a"', 21 + 21 + 20 + 5 * s, 'each sum'],
    ['params.p == "abc"', 32 + 32 + 3 * s, 'a condition'],
    ['!(params.p == "a")', 32 + 32 + 32 + 4 * s, 'two conditions'],
    ['params.p == "a" ? params.p : "bc"', 32 + 32 + 6 * s, 'the largest part'],
    ['params.l[0]', 100 + 3 * s, 'an item as large as the list'],
    ['params.p in params.l', 32 + 32 + 4 * 20 + 3 * s, 'comparing with each item'],
    ['params.l == params.l', 32 + 32 + 4 * 40 + 3 * s, 'comparing the items of both'],
    ['[params.p, "a"]', 11 + 11 + 2 + 3 * s, 'a list: items and characters'],
    ['{"a": params.p}', 11 + 11 + 2 + 3 * s, 'a map: keys, values and characters'],
    ['string(params.p)', 10 + 10 + call + 2 * s, 'what it is given, and a call'],
    ['params.p.trim()', 42 + 42 + call + 2 * s, 'a method adds a little'],
    ['params.p.lowerAscii()', 42 + 42 + call + 2 * s, 'as above'],
    ['params.p.startsWith("a")', 32 + 32 + call + 3 * s, 'a condition'],
    ['params.p.size()', 32 + 32 + 2 * 10 + call + 2 * s, 'a number, and twice the characters that it counts'],
    ['size(params.p)', 10 + 10 + 2 * 10 + call + 2 * s, 'as above'],
    ['params.p.contains("abc")', 32 + 32 + 13 + call + 3 * s, 'a condition, and the characters that it reads'],
    ['params.p.lastIndexOf(params.p)', 32 + 32 + 10 + 100 / 16 + call + 3 * s, 'each character with each'],
    ['params.p.split(",")', 11 + 11 + 11 + call + 3 * s, 'an item for each character, and one more'],
    ['params.l.join(params.p)', 300 + 300 + call + 3 * s, 'the separator for each item'],
    ['params.l.map(i, "x")', 20 + 20 + 20 * (loop + s) + 2 * s, 'the constant and the steps for each item'],
    ['params.l.map(i, i)', 100 + 20 + 20 * (loop + s) + 2 * s, 'the items are together as large as the list'],
    ['params.l.map(i, params.p)', 200 + 20 + 20 * (loop + s) + 2 * s, 'the value for each item'],
    ['params.l.map(i, i + "x")', 120 + 120 + 20 + 20 + 20 * (loop + 3 * s) + 2 * s, 'both, for each item'],
    ['params.l.map(i, i == "x", i)', 100 + 20 + 32 * 20 + 4 * 20 + 20 * (loop + 4 * s) + 2 * s, 'and the condition'],
    [
      'params.l.filter(i, i == "x")',
      100 + 32 * 20 + 4 * 20 + 20 * (loop + 3 * s) + 20 + 2 * s,
      'the list, and a condition for each item',
    ],
    [
      'params.l.exists(i, i == "x")',
      32 + 32 * 20 + 4 * 20 + 20 * (loop + 3 * s) + 20 + 2 * s,
      'a condition for each item',
    ],
    [
      'params.l.all(i, params.p in params.l)',
      32 + 20 * (32 + 4 * 20) + 20 * (loop + 3 * s) + 20 + 2 * s,
      'items times items',
    ],
    ['pod.containers.all(c, true)', 32 + 512 * (loop + s) + 512 + 2 * s, 'as many containers as can be read'],
    ['pod.metadata.labels.all(k, true)', 32 + 2048 * (loop + s) + 2048 + 2 * s, 'as many labels as can be read'],
    ['cel.bind(a, params.p + "x", a + a)', 22 + 22 + 11 + 7 * s, 'the value once, however often it is named'],
    ['cel.bind(params, "x", params)', 1 + 3 * s, 'a bound name hides a variable'],
  ])('%s', (source, expected) => expect(cost(source)).toBe(expected));
});
