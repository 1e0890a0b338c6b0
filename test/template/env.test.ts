import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { buildCatalog } from '../catalog/build-catalog.ts';
import { builtInState, warningsOf } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';

const parameters = [{ name: 'proxy', type: 'string', default: 'http://127.0.0.1:3128', description: 'x' }];
const env = [
  { name: 'HTTP_PROXY', value: '${ params.proxy }' },
  { $if: "${ params.proxy != 'none' }", name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
];

function compiled(spec: object, { name = 'demo', tenant = false } = {}) {
  return compileTemplate({
    apiVersion: 'sidecar.io/v1alpha1',
    kind: tenant ? 'SidecarTemplate' : 'ClusterSidecarTemplate',
    metadata: { name, ...(tenant ? { namespace: 'shop' } : {}) },
    spec: {
      ...{ summary: 'x', failurePolicy: 'Ignore', image: 'x', parameters, env },
      ...{ containers: [{ name: '${ instance.id }', securityContext: { runAsUser: 1 } }], ...spec },
    },
  });
}

function stateWith(...templates: ReturnType<typeof compiled>[]) {
  const usable = templates.map((template) => {
    if ('problems' in template) throw new Error(JSON.stringify(template.problems));
    return template;
  });
  return { ...builtInState, catalog: buildCatalog(usable).catalog };
}

const plain = stateWith(compiled({}));
const keeping = stateWith(compiled({ env: env.map((each) => ({ ...each, $ifSet: 'keep' })) }));
const demo = { 'sidecar.io/demo': 'true' };

function call(containers: readonly JsonObject[], annotations: Record<string, Json> = demo, state = plain) {
  const pod: JsonObject = { metadata: { annotations }, spec: { containers } };
  const outcome = inject({ pod, namespace: 'default' }, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  return { outcome, pod: apply(outcome.patch, pod) as unknown as { spec: { containers: JsonObject[] } } & JsonObject };
}

const ours = [
  { name: 'HTTP_PROXY', value: 'http://127.0.0.1:3128' },
  { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
];
const added = (pod: { spec: { containers: JsonObject[] } }) => pod.spec.containers.map(({ env }) => env);

describe('variables for the app', () => {
  it('are added to the container that the sidecar is aimed at, after its own', () => {
    const own = { name: 'A', value: '1' };
    expect(added(call([{ name: 'web', env: [own] }, { name: 'log' }]).pod)).toEqual([[own, ...ours], undefined]);
    const all = { ...demo, 'sidecar.io/demo-container': '*' };
    expect(added(call([{ name: 'web', env: null }, { name: 'log' }], all).pod)).toEqual([ours, ours]);
    const named = { ...demo, 'sidecar.io/demo-container': 'log', 'sidecar.io/demo-proxy': 'none' };
    const short = [{ name: 'HTTP_PROXY', value: 'none' }];
    expect(added(call([{ name: 'web' }, { name: 'log' }], named).pod)).toEqual([undefined, short]);
  });

  it('with keep never replace what is there, with a warning that shows no value', () => {
    const own = [{ name: 'HTTP_PROXY', value: 'secret' }];
    const { outcome, pod } = call([{ name: 'web', env: own }], demo, keeping);
    expect(added(pod)).toEqual([[...own, ours[1]]]);
    expect(outcome.warnings).toMatchObject([{ code: 'variable-kept', sidecar: 'demo' }]);
    expect(warningsOf(outcome)).toEqual([
      'spec.containers[0].env: HTTP_PROXY of web keeps the value that the container sets; the sidecar demo would set another one',
    ]);
    expect(inject({ pod, namespace: 'default' }, keeping)).toMatchObject({
      kind: 'Unchanged',
      warnings: outcome.warnings,
    });
  });

  it('that are there already are no conflict', () => {
    expect(call([{ name: 'web', env: [ours[0] as JsonObject] }]).outcome.warnings).toEqual([]);
  });

  it('with keep are those of the first sidecar, where two have different ones', () => {
    const kept = { name: 'HTTP_PROXY', value: 'http://other', $ifSet: 'keep' };
    const other = compiled({ env: [kept] }, { name: 'other' });
    const both = { ...demo, 'sidecar.io/other': 'true' };
    const { outcome, pod } = call([{ name: 'web' }], both, stateWith(compiled({}), other));
    expect(added(pod)).toEqual([ours]);
    expect(warningsOf(outcome)).toEqual([
      expect.stringContaining('keeps the value that another sidecar sets; the sidecar other'),
    ]);
  });

  it('go to the same container when somebody has put another one in front, or chosen a default, since', () => {
    const { pod } = call([{ name: 'web' }, { name: 'log' }]);
    const { annotations } = pod.metadata as { annotations: JsonObject };
    const chosen = { metadata: { annotations: { ...annotations, 'kubectl.kubernetes.io/default-container': 'log' } } };
    const inFront = { spec: { ...pod.spec, containers: [{ name: 'mesh' }, ...pod.spec.containers] } };
    for (const change of [chosen, inFront]) {
      expect(inject({ pod: { ...pod, ...change }, namespace: 'default' }, plain).kind).toBe('Unchanged');
    }
  });

  it('of an invalid container are a problem with its path', () => {
    const pod = { metadata: { annotations: demo }, spec: { containers: [{ name: 'web', env: { A: 'x' } }] } };
    expect(inject({ pod, namespace: 'default' }, plain)).toMatchObject({
      kind: 'Refused',
      problems: expect.arrayContaining([expect.objectContaining({ path: 'spec.containers[0].env' })]),
    });
  });

  const fieldRef = { fieldPath: 'metadata.name' };
  it.each<[string, object, RegExp]>([
    ['a number', { name: 'A', value: 1 }, /must be a string in quotes, not 1/],
    ['no name', { value: 'x' }, /^is required: a string in quotes$/],
    ['an unknown $ifSet', { name: 'A', value: 'x', $ifSet: 'merge' }, /must be one of append, prepend, refuse, keep/],
    ['$ifSet as an expression', { name: 'A', value: 'x', $ifSet: '${ "keep" }' }, /must be one of append/],
    [
      'no value to append',
      { name: 'A', valueFrom: { fieldRef }, $ifSet: 'append' },
      /append joins two texts: write value/,
    ],
    ['a separator of nothing', { name: 'A', value: 'x', $separator: ':' }, /only beside \$ifSet: append or prepend/],
    ['a number as separator', { name: 'A', value: 'x', $ifSet: 'append', $separator: 1 }, /must be a string in quotes/],
    ['a name with =', { name: 'A=B', value: 'x' }, /"A=B" is not a valid name/],
    ['an unknown parameter', { name: 'A', value: '${ params.x }' }, /params has no field x/],
  ])('are refused when the template is read: %s', (_, wrong, expected) => {
    expect(compiled({ env: [wrong] })).toMatchObject({ problems: [{ message: expect.stringMatching(expected) }] });
    expect(compiled({ env: [wrong] })).toMatchObject({ problems: [{ path: expect.arrayContaining(['env']) }] });
  });

  it('are refused twice', () => {
    expect(compiled({ env: [ours[0], ours[0]] })).toMatchObject({ problems: [{ path: ['spec', 'env'] }] });
  });

  it('are what a tenant may write, but for files of other volumes', () => {
    const secret = { name: 'A', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } };
    expect(compiled({ env: [secret] }, { tenant: true })).not.toHaveProperty('problems');
    const file = { name: 'A', valueFrom: { fileKeyRef: { volumeName: 'app', path: 'a', key: 'b' } } };
    const kept = { name: 'A', value: 'x', $ifSet: 'keep' };
    expect(compiled({ env: [kept] }, { tenant: true })).not.toHaveProperty('problems');
    for (const $ifSet of ['append', 'prepend'])
      expect(compiled({ env: [{ ...kept, $ifSet }] }, { tenant: true })).toMatchObject({
        problems: [{ message: expect.stringContaining(`$ifSet: ${$ifSet} of the variable A is not allowed`) }],
      });
    expect(compiled({ env: [file] }, { tenant: true })).toMatchObject({
      problems: [{ message: expect.stringContaining('the volume "app" is not declared by the template') }],
    });
  });
});
