import { describe, expect, it } from 'vitest';
import { firstLine, jsonOf } from '../../src/language/cel.ts';
import { compileExpression } from '../../src/language/expression.ts';
import { vocabularyOf } from '../../src/language/scope.ts';

const loops = ['map', 'filter', 'all', 'exists', 'exists_one'];
const fields = ['a', 'l', 'm'];
const limits = ['memory', 'memoryLimit', 'ephemeralStorageLimit'];

function problemOf(source: string, budget = { extents: new Map(), most: Number.POSITIVE_INFINITY, spent: 0 }) {
  const compiled = compileExpression(source, vocabularyOf(fields, new Set(), budget));
  return 'problem' in compiled ? compiled.problem : undefined;
}

describe('loops', () => {
  it.each(loops.flatMap((outer) => loops.map((inner) => [outer, inner])))('%s cannot contain %s', (outer, inner) => {
    const body =
      inner === 'map' || inner === 'filter' ? `params.m.${inner}(b, true).size() > 0` : `params.m.${inner}(b, true)`;
    const problem = problemOf(`params.l.${outer}(a, ${body})`);
    expect(problem).toBe(`${outer}() cannot contain another loop (map, filter, all, exists, exists_one)`);
  });

  it.each([
    'params.l.map(a, a == "x", params.m.exists(b, b == a))',
    'params.l.map(a, params.m.exists(b, b == a), a)',
    'params.a == "x" ? [] : params.l.map(a, [params.m.map(b, b)])',
    'params.l.map(a, cel.bind(c, params.m.map(b, b), c))',
    'params.l.map(a, {"x": -size(params.m.map(b, b))})',
    'params.l.map(a, params.m[size(params.l.filter(b, true))])',
  ])('cannot be nested in any part: %s', (source) =>
    expect(problemOf(source)).toContain('cannot contain another loop'),
  );

  it.each([
    'params.l.map(a, a + "x").filter(a, a != "y").exists(a, a == "z")',
    'params.l.map(a, cel.bind(b, a + a, b + b))',
    '[params.l.map(a, a), params.m.map(a, a)]',
    'params.l.map(a, a.split(",").join("-"))',
  ])('can follow each other: %s', (source) => expect(problemOf(source)).toBeUndefined());
});

describe('the limits of one expression', () => {
  const sum = (terms: number) => Array(terms).fill('1').join(' + ');
  it('allow 250 nodes', () => {
    expect(problemOf(sum(125))).toBeUndefined();
    expect(problemOf(sum(126))).toContain('250');
  });

  it('allow lists of 200 items and maps of 100 entries', () => {
    const list = (count: number) => `[${Array(count).fill('1').join(',')}]`;
    const map = (count: number) => `{${Array.from({ length: count }, (_, i) => `${i}: 1`).join(',')}}`;
    expect(problemOf(list(200))).toBeUndefined();
    expect(problemOf(list(201))).toContain('200');
    expect(problemOf(map(100))).toBeUndefined();
    expect(problemOf(map(101))).toContain('100');
  });
});

describe('the budget', () => {
  it('is spent by all expressions, up to its last unit', () => {
    const budget = { extents: new Map([['a', { size: 10, items: 0 }]]), most: 54, spent: 0 };
    expect(problemOf('params.a', budget)).toBeUndefined();
    expect(problemOf('params.a', budget)).toBeUndefined();
    expect(problemOf('params.a', budget)).toBeUndefined();
    expect(problemOf('"b"', budget)).toMatch(
      /^the expressions up to this one can take 63 units of work.* at most 54: /,
    );
  });

  it('is reported once', () => {
    const budget = { extents: new Map(), most: 1, spent: 0 };
    expect([problemOf('"ab"', budget), problemOf('"ab"', budget)]).toEqual([expect.any(String), undefined]);
  });
});

describe('an expression is refused', () => {
  it.each<[string, string]>([
    ['params.b', 'params has no field b (its fields: a, l, m)'],
    ['params["b"]', 'params has no field b (its fields: a, l, m)'],
    ['params.l.map(i, params.b)', 'params has no field b'],
    ['{"x": [params.b]}', 'params has no field b'],
    ['-size(params.b)', 'params has no field b'],
    ['params.a.startsWith(params.b)', 'params has no field b'],
    ['params.a == "x" ? "y" : params.b', 'params has no field b'],
    ['cel.bind(x, params.b, x)', 'params has no field b'],
    ['params.l[params.b]', 'params has no field b'],
    ['params.a.matches("x")', 'matches() is not supported: declare a pattern on the parameter instead'],
    ['nothing', 'Unknown variable: nothing'],
    ['1 + "a"', 'no such overload: int + string'],
    ['params.a + ', 'Unexpected token'],
  ])('%s', (source, problem) => expect(problemOf(source)).toContain(problem));

  it.each<[string, string]>([
    ['upperAscii(params.a)', 'upperAscii() is not a function that templates can use: write params.a.upperAscii()'],
    ['join(params.l, ",")', 'join() is not a function that templates can use: write params.l.join(…)'],
    ['startsWith("ab", params.a)', 'startsWith() is not a function that templates can use: write "ab".startsWith(…)'],
    ['getSeconds()', 'getSeconds() is not a function that templates can use: write value.getSeconds()'],
    ['map(params.l, 1)', 'map() is not a function that templates can use: write params.l.map(…)'],
    ['params.a.string()', 'string() is not a method that templates can use: write string(params.a)'],
    ['(params.a + "b").int()', 'int() is not a method that templates can use: write int(value)'],
    ['matches(params.a, "x")', 'matches() is not supported: declare a pattern on the parameter instead'],
  ])('%s, with the form that is right', (source, problem) => expect(problemOf(source)).toBe(problem));

  it.each<[string, string]>([
    ['params.memory-limit', 'params.memory-limit is read as a subtraction: write params.memoryLimit'],
    ['"x" + params.memory-limit', 'params.memory-limit is read as a subtraction: write params.memoryLimit'],
    [
      'params.ephemeral-storage-limit',
      'params.ephemeral-storage-limit is read as a subtraction: write params.ephemeralStorageLimit',
    ],
    ['params.memory-x', 'Unknown variable: x'],
  ])('%s, with a hyphen', (source, problem) =>
    expect(compileExpression(source, vocabularyOf(limits))).toEqual({ problem }),
  );

  it('never for a subtraction of what exists', () => {
    expect(compileExpression('[1].map(limit, params.memory-limit)', vocabularyOf(limits))).not.toHaveProperty(
      'problem',
    );
  });

  it('where no field exists', () => {
    const compiled = compileExpression('params.a', vocabularyOf([]));
    expect(compiled).toEqual({ problem: 'params has no field a (its fields: none)' });
  });
});

describe('a CEL value as JSON', () => {
  it.each<[unknown, unknown]>([
    ['a', 'A'],
    [5n, 5],
    [0.5, 0.5],
    [true, true],
    [null, null],
    [
      [1n, 'a'],
      [1, 'A'],
    ],
    [
      { a: ['b'], c: null },
      { a: ['B'], c: null },
    ],
  ])('%#', (value, json) => expect(jsonOf(value, (text) => text.toUpperCase())).toEqual(json));

  it.each([undefined, new Map(), new Uint8Array(1), new Date(0), () => 1])('does not exist for %s', (value) =>
    expect(() => jsonOf(value, String)).toThrow('JSON cannot hold'),
  );
});

it('an error is its first line', () => {
  expect(firstLine(new Error('a\nb'))).toBe('a');
  expect(firstLine('a\nb')).toBe('a');
});
