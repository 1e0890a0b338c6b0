import { describe, expect, it } from 'vitest';
import { parseCel } from '../../src/language/cel.ts';
import { closureOf, directly } from '../../src/language/closures.ts';
import type { Scope } from '../../src/language/scope.ts';
import { fc } from '../fast-check.ts';

function parsed(source: string) {
  const cel = parseCel(source);
  if ('problem' in cel) throw new Error(cel.problem);
  return cel;
}

const value = fc.constantFrom(null, '', 'x', 'in-place', 0n, 1n, true, false);
const scope = fc.record({ a: value, b: value }).chain((params) =>
  fc.record({ name: fc.constantFrom('', 'docs'), native: fc.boolean() }).map(
    ({ name, native }): Scope => ({
      params,
      instance: { id: `sidecar-x${name}`, name, sidecar: 'x', native },
      cluster: { version: '', nativeSidecars: native, assignsUsers: false },
      injector: { version: '', image: '' },
    }),
  ),
);

const field = fc.constantFrom('params.a', 'params.b', 'instance.name', 'instance.native', 'instance.id');
const literal = fc.constantFrom('"x"', "'in-place'", 'null', '1', 'true', '""');
const part = fc.oneof(field, literal, fc.constantFrom('params.a + "y"', 'params.b.size()'));
const { expression } = fc.letrec<{ expression: string; condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(field, fc.constantFrom('==', '!='), literal).map((parts) => parts.join(' ')),
    fc.tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    field,
    tie('condition').map((inner) => `!(${inner})`),
    fc.constantFrom('params.a.startsWith("in")', '!params.b', 'params.a.startsWith("")', 'params.b.contains("x")'),
  ),
  expression: fc.oneof(
    field,
    literal,
    tie('condition'),
    fc.tuple(tie('condition'), part, part).map(([test, a, b]) => `${test} ? ${a} : ${b}`),
  ),
}));

/** Undefined for an error. */
function resultOf(evaluate: () => unknown): unknown {
  try {
    return evaluate();
  } catch {
    return undefined;
  }
}

describe('expressions that are evaluated without the interpreter', () => {
  it('mean what CEL says they mean', () => {
    let direct = 0;
    fc.assert(
      fc.property(expression, scope, (source, scope) => {
        const cel = parsed(source);
        if ('problem' in cel.check()) return;
        const expected = resultOf(() => cel.evaluate(scope));
        expect(
          resultOf(() => (closureOf(cel.term, cel.evaluate) ?? cel.evaluate)(scope)),
          source,
        ).toEqual(expected);
        if (directly(cel.term)?.(scope) !== undefined) direct += 1;
      }),
      { numRuns: 20_000 },
    );
    expect(direct).toBeGreaterThan(2000);
  });

  it('ask the interpreter only where they cannot decide', () => {
    const { term } = parsed('params.a == null || params.a.contains("x")');
    const asked: unknown[] = [];
    const evaluate = closureOf(term, (scope) => asked.push(scope.params.a));
    const scope = {
      instance: { id: '', name: '', sidecar: '', native: true },
      cluster: { version: '', nativeSidecars: true, assignsUsers: false },
      injector: { version: '', image: '' },
    };
    expect(evaluate?.({ ...scope, params: { a: null } })).toBe(true);
    expect(asked).toEqual([]);
    evaluate?.({ ...scope, params: { a: 'x' } });
    expect(asked).toEqual(['x']);
  });

  it.each<[string, unknown[]]>([
    ['params.a', ['x', '', null, true, 1n]],
    ['instance.id', ['sidecar-x', 'sidecar-x', 'sidecar-x', 'sidecar-x', 'sidecar-x']],
    ['instance.sidecar + ""', [undefined, undefined, undefined, undefined, undefined]],
    ['instance.name == "docs"', [true, true, true, true, true]],
    ['instance.native', [true, true, true, true, true]],
    ['"text"', ['text', 'text', 'text', 'text', 'text']],
    ['null', [null, null, null, null, null]],
    ['7', [7n, 7n, 7n, 7n, 7n]],
    ['true', [undefined, undefined, undefined, undefined, undefined]],
    ['params.a == "x"', [true, false, false, false, false]],
    ['params.a != null', [true, true, false, true, true]],
    ['params.a == params.b', [undefined, undefined, undefined, undefined, undefined]],
    ['!params.a', [undefined, undefined, undefined, false, undefined]],
    ['!(params.a == "x")', [false, true, true, true, true]],
    ['params.a && params.b', [undefined, undefined, undefined, true, undefined]],
    ['params.a || params.b', [true, true, true, true, true]],
    ['params.a && params.a == "x"', [undefined, false, false, false, false]],
    ['params.a == null && params.c', [false, false, undefined, false, false]],
    ['params.a == null || params.a == ""', [false, true, true, false, false]],
    ['params.b && params.a.contains("x")', [undefined, undefined, undefined, undefined, undefined]],
    ['params.a.startsWith("x")', [true, false, undefined, undefined, undefined]],
    ['params.a.startsWith("x") ? "yes" : params.a', ['yes', '', undefined, undefined, undefined]],
    ['params.a == "x" ? params.a + "y" : "no"', [undefined, 'no', 'no', 'no', 'no']],
    ['params.a == "x" ? "yes" : params.a + "y"', ['yes', undefined, undefined, undefined, undefined]],
    ['params.a.size() == 1 ? "yes" : "no"', [undefined, undefined, undefined, undefined, undefined]],
  ])('%s', (source, results) => {
    const { term } = parsed(source);
    const instance = { id: 'sidecar-x', name: 'docs', sidecar: 'x', native: true };
    const cluster = { version: '', nativeSidecars: true, assignsUsers: false };
    const found = ['x', '', null, true, 1n].map((a) =>
      directly(term)?.({ instance, cluster, injector: { version: '', image: '' }, params: { a, b: true, c: 'c' } }),
    );
    expect(found).toEqual(results);
  });

  it.each(['params.a + "x"', 'params.a < 2', 'size(params.a)', 'params.a == 1', 'a.b'])(
    'are not %s: the interpreter evaluates it',
    (source) => expect(directly(parsed(source).term)).toBeUndefined(),
  );
});
