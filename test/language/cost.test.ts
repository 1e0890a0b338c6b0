// What an expression can build at most, in characters: `p` has 10, `l` 100 in 20 items.
import { describe, expect, it } from 'vitest';
import { parseCel } from '../../src/language/cel.ts';
import { costOf } from '../../src/language/cost.ts';

const extents = new Map([
  ['p', { size: 10, items: 0 }],
  ['l', { size: 100, items: 20 }],
]);

function cost(source: string): number {
  const cel = parseCel(source);
  if ('problem' in cel) throw new Error(cel.problem);
  return costOf(cel.term, extents);
}

describe('the cost of an expression', () => {
  it.each<[string, number, string]>([
    ['params.p', 10, 'its value'],
    ['params["p"]', 10, 'its value'],
    ['"abc"', 3, 'its value'],
    ['5', 32, 'a number'],
    ['instance.id', 16_384, 'unknown fields count as the longest that can be read'],
    ['pod.metadata.labels.a', 16_384, 'as above'],
    ['params.p + "abc"', 13 + 13, 'the value, and what was built for it'],
    ['params.p + params.p + "a"', 21 + 21 + 20, 'each step'],
    ['params.p == "abc"', 32 + 32, 'a condition'],
    ['!(params.p == "a")', 32 + 32 + 32, 'two conditions'],
    ['params.p == "a" ? params.p : "bc"', 32 + 32, 'the largest part'],
    ['params.l[0]', 100, 'an item as large as the list'],
    ['[params.p, "a"]', 11 + 11 + 2, 'a list: items and characters'],
    ['{"a": params.p}', 11 + 11 + 2, 'a map: keys, values and characters'],
    ['string(params.p)', 10 + 10, 'what it is given'],
    ['params.p.trim()', 42 + 42, 'a method adds a little'],
    ['params.p.lowerAscii()', 42 + 42, 'as above'],
    ['bytes(params.p).hex()', 20 + 20 + 10, 'twice the characters'],
    ['bytes(params.p).base64()', 20 + 20 + 10, 'at most twice the characters'],
    ['params.p.split(",")', 11 + 11 + 11, 'an item for each character, and one more'],
    ['params.l.join(params.p)', 300 + 300, 'the separator for each item'],
    ['params.l.map(i, "x")', 20 + 20, 'the constant for each item'],
    ['params.l.map(i, i)', 100 + 100, 'the items are together as large as the list'],
    ['params.l.map(i, i + "x")', 120 + 120 + 120 + 20, 'both, and a step for each item'],
    ['params.l.map(i, i == "x", i)', 100 + 100 + 32 * 20, 'the condition for each item'],
    ['params.l.filter(i, i == "x")', 100 + 32 * 20 + 100, 'the list, and a condition for each item'],
    ['params.l.exists(i, i == "x")', 32 + 32 * 20 + 100, 'a condition for each item'],
    ['cel.bind(a, params.p + "x", a + a)', 22 + 22 + 11, 'the value once, however often it is named'],
    ['cel.bind(params, "x", params)', 1, 'a bound name hides a variable'],
    ['params.l.map(params, "x").size()', 52 + 52 + 20 + 20, 'as above'],
  ])('%s', (source, expected) => expect(cost(source)).toBe(expected));
});
