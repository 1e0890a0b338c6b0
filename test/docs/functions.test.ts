// The functions that docs/templates.md names, each called once.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { callable } from '../../src/language/functions.ts';
import { vocabularyOf } from '../../src/language/scope.ts';
import { compileTree, renderNode } from '../../src/language/tree.ts';

const page = readFileSync(new URL('../../docs/templates.md', import.meta.url), 'utf8');
const message = /^The functions are [\s\S]*?\. What/m.exec(page)?.[0] ?? '';
const named = [...message.matchAll(/`([\w.]+)`/g)].map((match) => match[1]);

const calls: Readonly<Record<string, readonly [expression: string, value: unknown]>> = {
  size: ['params.list.size()', 2],
  has: ['has(params.text)', true],
  string: ['string(5)', '5'],
  int: ['int("5")', 5],
  double: ['double("0.5")', 0.5],
  bool: ['bool("true")', true],
  dyn: ['true ? dyn(1) : dyn("a")', 1],
  duration: ['duration("90s") > duration("1m")', true],
  type: ['type(params.text) == string', true],
  'cel.bind': ['cel.bind(a, params.text, a + a)', 'Ab-cAb-c'],
  startsWith: ['params.text.startsWith("A")', true],
  endsWith: ['params.text.endsWith("c")', true],
  contains: ['params.text.contains("b")', true],
  indexOf: ['params.text.indexOf("-")', 2],
  lastIndexOf: ['params.text.lastIndexOf("c")', 3],
  substring: ['params.text.substring(0, 2)', 'Ab'],
  split: ['params.text.split("-")', ['Ab', 'c']],
  trim: ['" a ".trim()', 'a'],
  lowerAscii: ['params.text.lowerAscii()', 'ab-c'],
  upperAscii: ['params.text.upperAscii()', 'AB-C'],
  join: ['params.list.join("+")', 'a+b'],
  map: ['params.list.map(i, i + "!")', ['a!', 'b!']],
  filter: ['params.list.filter(i, i != "a")', ['b']],
  all: ['params.list.all(i, i != "c")', true],
  exists: ['params.list.exists(i, i == "a")', true],
  exists_one: ['params.list.exists_one(i, i == "a")', true],
  getSeconds: ['duration("1m30s").getSeconds()', 90],
  getMilliseconds: ['duration("1s").getMilliseconds()', 1000],
};

it('names every function that is called here, and none else', () => expect(named).toEqual(Object.keys(calls)));

it('names what expressions can call', () => expect([...named].sort()).toEqual([...callable].sort()));

it.each<[string, string]>([
  ['timestamp(0).getHours("Asia/Tokyo")', 'getHours() is not a method that templates can use: use one of size, has,'],
  [
    'timestamp("2026-01-01T00:00:00Z") > timestamp(0)',
    'timestamp() is not a function that templates can use: use one of',
  ],
  ['params.list.map(i, timestamp(0).getDate("Asia/Tokyo"))', 'getDate() is not a method'],
  ['bytes(params.text).size()', 'bytes() is not a function'],
  ['bytes(params.text).base64()', 'base64() is not a method'],
  ['b"abc".hex()', 'hex() is not a method'],
  ['params.text.startWith("a")', 'startWith() is not a method that templates can use: did you mean startsWith?'],
  ['strin(5)', 'strin() is not a function that templates can use: did you mean string?'],
  ['params.text.matches("a")', 'matches() is not supported: declare a pattern'],
  ['true ? 1 : unknown(params.text.size())', 'unknown() is not a function'],
  ['constructor("a")', 'constructor() is not a function'],
])('refuses anything else: %s', (expression, problem) => {
  const node = compileTree(`\${ ${expression} }`, [], vocabularyOf(['text', 'list']));
  expect('problems' in node && node.problems.map(({ message }) => message)).toEqual([expect.stringContaining(problem)]);
});

it.each(Object.entries(calls))('%s', (_, [expression, value]) => {
  const node = compileTree(`\${ ${expression} }`, [], vocabularyOf(['text', 'list']));
  if ('problems' in node) throw new Error(JSON.stringify(node.problems));
  const scope = {
    params: { text: 'Ab-c', list: ['a', 'b'] },
    instance: { id: 'sidecar-x', name: '', sidecar: 'x', native: true },
    cluster: { version: '1.36.0', nativeSidecars: true, assignsUsers: false },
    injector: { version: '0.0.0', image: 'x' },
  };
  expect(renderNode(node, scope)).toEqual(value);
});
