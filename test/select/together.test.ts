// What templates say of each other: order, conflicts; and of their past: deprecated parameters.
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/core/outcome.ts';
import { inject } from '../../src/engine/inject.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import type { Template } from '../../src/template/template.ts';
import { template } from '../api-server/cluster-templates.ts';
import { buildCatalog } from '../catalog/build-catalog.ts';
import { builtInState } from '../engine/state.ts';

function compiled(name: string, spec: object = {}): Template {
  const result = compileTemplate(template(name, spec));
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result;
}

function outcomeOf(templates: readonly Template[], annotations: Record<string, string>): Outcome {
  const { catalog, conflicts } = buildCatalog(templates);
  expect(conflicts).toEqual([]);
  const pod = { metadata: { annotations }, spec: { containers: [{ name: 'app', image: 'app' }] } };
  return inject({ pod, namespace: 'default' }, { ...builtInState, catalog });
}

const on = (...names: string[]) => Object.fromEntries(names.map((name) => [`sidecar.io/${name}`, 'true']));
const orderOf = (templates: readonly Template[], names: string[]) => {
  const outcome = outcomeOf(templates, on(...names));
  return outcome.kind === 'Injected' ? outcome.sidecars.map(({ name }) => name) : outcome.kind;
};

describe('order', () => {
  it('is by name where nothing is said, and as the templates say where they do', () => {
    expect(orderOf([compiled('b'), compiled('a')], ['b', 'a'])).toEqual(['a', 'b']);
    expect(orderOf([compiled('b', { order: { before: ['a'] } }), compiled('a')], ['a', 'b'])).toEqual(['b', 'a']);
    const follower = compiled('a', { order: { after: ['b', 'not-here'] } });
    expect(orderOf([compiled('b'), follower], ['a', 'b'])).toEqual(['b', 'a']);
    const chain = [
      compiled('a', { order: { after: ['b'] } }),
      compiled('b', { order: { after: ['c'] } }),
      compiled('c'),
    ];
    expect(orderOf(chain, ['a', 'b', 'c'])).toEqual(['c', 'b', 'a']);
    expect(orderOf(chain, ['a', 'c'])).toEqual(['c', 'a']);
  });

  it('is not changed by a template that has no part in it', () => {
    const two = [compiled('d', { order: { before: ['b'] } }), compiled('b')];
    for (const name of ['a', 'c', 'e']) expect(orderOf([...two, compiled(name)], ['b', 'd'])).toEqual(['d', 'b']);
  });

  it('in a circle is a conflict of the template that closes it', () => {
    const { catalog, conflicts } = buildCatalog([
      compiled('a', { order: { after: ['b'] } }),
      compiled('b', { order: { after: ['c'] } }),
      compiled('c', { order: { after: ['a'] } }),
    ]);
    expect(conflicts).toEqual(['is circular: c after a after b after c']);
    expect(catalog.templates.map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it('that its places contradict is a conflict of the template that comes later', () => {
    const early = (order: object = {}) => compiled('a', { order: { ...order, initContainers: 'before' } });
    const message = "b must come before a, but a runs before the app's init containers and b after them";
    for (const templates of [
      [compiled('b'), early({ after: ['b'] })],
      [early(), compiled('b', { order: { before: ['a'] } })],
    ]) {
      expect(buildCatalog(templates).conflicts).toEqual([message]);
    }
    expect(buildCatalog([compiled('b'), early({ before: ['b'], after: ['not-here'] })]).conflicts).toEqual([]);
  });
});

describe('conflicts', () => {
  it('refuse a pod that turns both on, and only then', () => {
    const templates = [compiled('a', { conflicts: ['b'] }), compiled('b'), compiled('c')];
    expect(outcomeOf(templates, on('a', 'b'))).toMatchObject({
      kind: 'Refused',
      problems: [
        {
          code: 'sidecars-conflict',
          path: "metadata.annotations['sidecar.io/a']",
          message: 'The sidecars a and b cannot be in the same pod.',
          fix: 'Turn one of them off, for example with sidecar.io/b: "false".',
        },
      ],
    });
    expect(outcomeOf(templates, on('a', 'c')).kind).toBe('Injected');
  });
});

describe('a deprecated parameter', () => {
  it('still works, and warns with what to use instead', () => {
    const parameters = [
      { name: 'text', type: 'string', description: 'x', deprecated: 'Use sidecar.io/a-greeting.' },
      { name: 'greeting', type: 'string', description: 'x', default: 'hello' },
    ];
    const templates = [compiled('a', { parameters })];
    expect(outcomeOf(templates, { ...on('a'), 'sidecar.io/a-text': 'hi' })).toMatchObject({
      kind: 'Injected',
      warnings: [
        {
          code: 'deprecated-parameter',
          sidecar: 'a',
          message: "metadata.annotations['sidecar.io/a-text'] is deprecated: Use sidecar.io/a-greeting.",
        },
      ],
    });
    expect(outcomeOf(templates, on('a'))).toMatchObject({ kind: 'Injected', warnings: [] });
  });
});

describe('text where Kubernetes wants text', () => {
  it('is what numbers and truth values become in command, args and env', () => {
    const parameters = [
      { name: 'port', type: 'port', default: 8123, description: 'x' },
      { name: 'loud', type: 'boolean', default: true, description: 'x' },
    ];
    const containers = [
      {
        name: '${ instance.id }',
        command: ['serve', '${ params.port }'],
        args: ['${ params.loud }'],
        env: [{ name: 'PORT', value: '${ params.port }' }],
        ports: [{ containerPort: '${ params.port }' }],
      },
    ];
    const outcome = outcomeOf([compiled('a', { parameters, containers })], on('a'));
    const text = JSON.stringify(outcome);
    expect(text).toContain('"command":["serve","8123"]');
    expect(text).toContain('"args":["true"]');
    expect(text).toContain('{"name":"PORT","value":"8123"}');
    expect(text).toContain('{"containerPort":8123}');
  });
});
