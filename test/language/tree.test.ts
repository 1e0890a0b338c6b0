import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { type Scope, vocabularyOf } from '../../src/language/scope.ts';
import { compileTree, renderNode } from '../../src/language/tree.ts';

const scope: Scope = {
  params: { port: 8080n, text: 'a$b', on: true, off: false, none: null, list: ['a', 'b'] },
  instance: { id: 'sidecar-x', name: '', sidecar: 'x', native: true },
  cluster: { version: '1.36.3', nativeSidecars: true },
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
  ])('%s', (_, tree, expected) => expect(rendered(tree)).toEqual(expected));

  it('are constants where nothing depends on the pod, made once', () => {
    const node = compileTree({ a: ['x', { b: 1 }], c: '${ params.on }' }, [], vocabulary);
    if ('problems' in node) throw new Error('compiles');
    const [first, second] = [renderNode(node, scope), renderNode(node, scope)] as { a: Json }[];
    expect(first?.a).toBe(second?.a);
  });

  it('fail with the expression when a value cannot be used', () => {
    expect(() => rendered({ $if: '${ params.port }' })).toThrow('$if must be true or false');
    expect(() => rendered('x${ params.list }')).toThrow('params.list } is a list or a map');
  });
});
