// Where sidecars stand among the init containers of the app.
import { describe, expect, it } from 'vitest';
import { inject } from '../../src/engine/inject.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { buildCatalog } from '../catalog/build-catalog.ts';
import { apply } from '../laws/weave.ts';
import { builtInState, classicState } from './state.ts';

function template(name: string, initContainers?: 'before' | 'after') {
  const result = compileTemplate({
    apiVersion: 'sidecar.io/v1alpha1',
    kind: 'ClusterSidecarTemplate',
    metadata: { name },
    spec: {
      ...{ summary: 'x', failurePolicy: 'Ignore', image: 'x', order: initContainers ? { initContainers } : {} },
      containers: [{ name: '${ instance.id }', $once: { args: ['--once'] } }],
      initContainers: [{ name: '${ instance.id }-prepare' }],
    },
  });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result;
}

const { catalog } = buildCatalog([
  template('c', 'before'),
  template('b'),
  template('a', 'before'),
  template('d', 'after'),
]);
const annotations = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`sidecar.io/${name}`, 'true']));

function initsOf(spec: object, base = builtInState) {
  const state = { ...base, catalog };
  const pod = { metadata: { annotations }, spec: { containers: [{ name: 'web' }], ...spec } };
  const outcome = inject({ pod, namespace: 'default' }, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  const after = apply(outcome.patch, pod) as typeof pod & { spec: { initContainers: { name: string }[] } };
  return { state, after, names: after.spec.initContainers.map(({ name }) => name.replace('sidecar-', '')) };
}

const app = [{ name: 'migrate' }, { name: 'seed' }];

describe('in the init phase', () => {
  it.each([
    ['init containers of its own', { initContainers: app }, ['migrate', 'seed']],
    ['an empty list of them', { initContainers: [] }, []],
    ['none', {}, []],
  ])('sidecars come before or after what the app has: %s', (_, spec, own) => {
    const early = ['a-prepare', 'a', 'c-prepare', 'c'];
    expect(initsOf(spec).names).toEqual([...early, ...own, 'b-prepare', 'b', 'd-prepare', 'd']);
    const classic = initsOf(spec, classicState).names;
    expect(classic).toEqual([...early, ...own, 'b-prepare', 'b', 'd-prepare', 'd'].map(withOnce));
  });

  it('a second call changes nothing, also when somebody has come in front', () => {
    const { state, after } = initsOf({ initContainers: app });
    const meshed = {
      ...after,
      spec: { ...after.spec, initContainers: [{ name: 'mesh' }, ...after.spec.initContainers] },
    };
    for (const pod of [after, meshed]) expect(inject({ pod, namespace: 'default' }, state).kind).toBe('Unchanged');
  });
});

/** What is native stands for itself; else what runs once before the app takes its place. */
function withOnce(name: string): string {
  return name.length === 1 ? `${name}-init` : name;
}
