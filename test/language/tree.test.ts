import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { type Scope, vocabularyOf } from '../../src/language/scope.ts';
import { compileTree, renderNode } from '../../src/language/tree.ts';

const scope: Scope = {
  params: { port: 8080n, text: 'a$b', on: true, off: false, none: null, list: ['a', 'b'] },
  instance: { id: 'sidecar-x', name: '', sidecar: 'x', native: true },
  cluster: { version: '1.36.3', nativeSidecars: true, assignsUsers: false },
  injector: { version: '1', image: 'i' },
};
const vocabulary = vocabularyOf(Object.keys(scope.params));

function rendered(tree: Json): unknown {
  const node = compileTree(tree, [], vocabulary);
  if ('problems' in node) throw new Error(JSON.stringify(node.problems));
  return renderNode(node, scope);
}

describe('object trees', () => {
  it.each<[string, Json, unknown]>([
    ['one expression keeps its type: a number', '${ params.port }', 8080],
    ['one expression keeps its type: a boolean', '${ params.on }', true],
    ['one expression keeps its type: a list', '${ params.list }', ['a', 'b']],
    ['one expression keeps its type: null', '${ params.none }', null],
    ['an expression beside text becomes text', ':${ params.port }/${ params.on }', ':8080/true'],
    ['braces and quotes inside an expression', '${ {"}": "}"}["}"] + \'"}\' }', '}"}'],
    ['an escaped opening', '$${ params.port }', '${ params.port }'],
    ['an item whose $if is false is left out', ['a', { $if: '${ params.off }', $value: 'b' }, 'c'], ['a', 'c']],
    ['an item whose $if is true is there without it', [{ $if: '${ params.on }', name: 'x' }], [{ name: 'x' }]],
    ['a map value whose $if is false is left out', { a: 1, b: { $if: '${ params.off }', c: 1 } }, { a: 1 }],
    ['$value may be a tree', { a: { $if: '${ params.on }', $value: ['${ params.port }'] } }, { a: [8080] }],
    ['$if inside a $value', { a: { $value: { b: { $if: '${ params.off }', c: 1 } } } }, { a: {} }],
    [
      '$ of a value is doubled in arguments',
      { args: ['-x=${ params.text }', '$(HOME)'] },
      { args: ['-x=a$$b', '$(HOME)'] },
    ],
    [
      '$ of a value is doubled in env values',
      { env: [{ name: '${ params.text }', value: '${ params.text }' }] },
      { env: [{ name: 'a$b', value: 'a$$b' }] },
    ],
    ['$ of a value stays elsewhere', { path: '${ params.text }' }, { path: 'a$b' }],
    [
      '$ of a value is not doubled in a lifecycle hook',
      { lifecycle: { preStop: { exec: { command: ['${ params.text }'] } } } },
      { lifecycle: { preStop: { exec: { command: ['a$b'] } } } },
    ],
    [
      'numbers, booleans and lists become strings in arguments, where Kubernetes expands names',
      { command: ['${ params.port }'], args: ['${ params.on }', '${ params.list }'], x: ['${ params.port }'] },
      { command: ['8080'], args: ['true', ['a', 'b']], x: [8080] },
    ],
    [
      'a whole list of arguments is expanded too',
      { args: '${ [params.text, params.text] }', subPathExpr: '${ params.text }' },
      { args: ['a$$b', 'a$$b'], subPathExpr: 'a$$b' },
    ],
    [
      'in the command of a probe',
      { startupProbe: { exec: { command: [{ $if: '${ params.on }', $value: '${ params.text }' }] } } },
      { startupProbe: { exec: { command: ['a$$b'] } } },
    ],
    [
      'a value outside env is not expanded',
      { headers: [{ value: '${ params.text }' }] },
      { headers: [{ value: 'a$b' }] },
    ],
    ['the empty string', '', ''],
    ['an expression after an escaped opening', '$${a}${ params.port }', '${a}8080'],
    ['a brace that follows an expression', '${ params.port }}', '8080}'],
    ['maps in an expression', '${ {"a": {"b": 1}}["a"]["b"] }', 1],
    ['a quote of the other kind in a text', `\${ "'" + '"' }`, `'"`],
    ['a backslash before a quote', '${ "\\"}" }', '"}'],
    ['constants beside expressions', { a: { b: [1, null] }, c: '${ params.port }' }, { a: { b: [1, null] }, c: 8080 }],
    ['$if alone in a map', { a: { $if: '${ params.on }' } }, { a: {} }],
  ])('%s', (_, tree, expected) => expect(rendered(tree)).toEqual(expected));

  it.each<[string, Json, string, string]>([
    [
      'no end',
      { a: ['x ${ params.port'] },
      'a.0',
      '"${ params.port" has no closing brace: add one, or write $${ for a literal ${',
    ],
    ['a problem in an expression', { a: { b: '${ params.x }' } }, 'a.b', '${ params.x }: params has no field x'],
    ['an unknown keyword', { a: { $for: 1 } }, 'a.$for', 'unknown keyword: only $if and $value are allowed here'],
    [
      '$value beside others',
      { a: { $value: 1, b: 1, c: 1 } },
      'a',
      '$value can be combined only with $if, not with b, c',
    ],
    ['a constant condition', [{ $if: true, b: 1 }], '0.$if', 'must be one expression'],
    ['a problem in a condition', [{ $if: '${ params.x }', b: 1 }], '0.$if', 'params has no field x'],
    ['a problem below $value', { a: { $value: ['${ params.x }'] } }, 'a.$value.0', 'params has no field x'],
  ])('are refused with %s', (_, tree, path, message) => {
    const node = compileTree(tree, [], vocabulary);
    const found = 'problems' in node ? node.problems.map((problem) => [problem.path.join('.'), problem.message]) : [];
    expect(found).toEqual([[path, expect.stringContaining(message)]]);
  });

  it('are constants where nothing depends on the pod, made once', () => {
    const node = compileTree({ a: ['x', { b: 1 }], c: '${ params.on }' }, [], vocabulary);
    if ('problems' in node) throw new Error('compiles');
    const [first, second] = [renderNode(node, scope), renderNode(node, scope)] as { a: Json }[];
    expect(first?.a).toBe(second?.a);
  });

  it('fail with the expression when a value cannot be used', () => {
    expect(() => rendered({ $if: '${ params.port }' })).toThrow('$if must be true or false');
    expect(() => rendered('x${ params.none }')).toThrow('${ params.none } is null, which cannot be part of a text');
    expect(() => rendered({ a: [{ $if: '${ params.port }', b: 1 }] })).toThrow(
      expect.objectContaining({ path: ['a', 0, '$if'] }),
    );
    expect(() => rendered({ a: ['${ params.text + 1 }'] })).toThrow(expect.objectContaining({ path: ['a', 0] }));
    expect(() => rendered('x${ params.list }')).toThrow('${ params.list } is a list, which cannot be part of a text');
  });
});
