// Plans and the cache: which requests share one, and what the pods that share it get.
import { describe, expect, it } from 'vitest';
import type { Encoded, Operation } from '../../src/core/outcome.ts';
import type { Layer } from '../../src/core/source.ts';
import { type Entry, encodedPatch, planFor } from '../../src/engine/cache.ts';
import { inject } from '../../src/engine/inject.ts';
import { makePlan } from '../../src/engine/plan.ts';
import type { State } from '../../src/state/state.ts';
import { outcomeFor, stateWith } from '../merge/sidecars.ts';
import { builtInState, classicState } from './state.ts';

const id = '${ instance.id }';
const text = (name: string) => ({ name, type: 'string', default: 'd', description: 'x' });
const says = {
  parameters: [text('a'), text('b')],
  containers: [{ name: id, args: ['${ params.a }', '${ params.b }'] }],
};
const pod = { spec: { containers: [{ name: 'web' }] } };
const subject = { pod, namespace: 'shop', labels: undefined, annotations: undefined };

const request = (state: State, layers: readonly Layer[]) => ({
  layers,
  state,
  catalog: state.catalog,
  policies: [],
  subject,
});
const onPod = (annotations: Readonly<Record<string, string>>): Layer[] => [{ kind: 'pod', annotations }];
const on = { 'sidecar.io/demo': 'true' };

describe('two requests', () => {
  const cases: [string, Layer[], Layer[]][] = [
    [
      'with the same text, divided differently',
      onPod({ ...on, 'sidecar.io/demo-a': 'x', 'sidecar.io/demo-b': 'y' }),
      onPod({ ...on, 'sidecar.io/demo-a': 'xsidecar.io/demo-by' }),
    ],
    [
      'with a value that looks like the length of another',
      onPod({ ...on, 'sidecar.io/demo-a': '1', 'sidecar.io/demo-b': '23' }),
      onPod({ ...on, 'sidecar.io/demo-a': '12', 'sidecar.io/demo-b': '3' }),
    ],
    [
      'with the same annotations on another object',
      [{ kind: 'pod', annotations: on }],
      [{ kind: 'namespace', annotations: on }],
    ],
    [
      'with the same setting in policies of other names',
      [{ kind: 'lock', policy: 'a', annotations: on }],
      [{ kind: 'lock', policy: 'b', annotations: on }],
    ],
    [
      'with settings in other policies',
      [
        { kind: 'lock', policy: 'a', annotations: on },
        { kind: 'lock', policy: 'b', annotations: {} },
      ],
      [
        { kind: 'lock', policy: 'a', annotations: {} },
        { kind: 'lock', policy: 'b', annotations: on },
      ],
    ],
  ];
  it.each(cases)('%s have plans of their own', (_, first, second) => {
    const state = stateWith({ demo: says });
    const expected = [first, second].map((layers) => makePlan(request(state, layers)));
    expect(expected[0]?.sidecars).not.toEqual(expected[1]?.sidecars);
    for (let time = 0; time < 3; time++)
      for (const [i, layers] of [first, second].entries())
        expect(planFor(request(state, layers)).plan.sidecars).toEqual(expected[i]?.sidecars);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['annotations of others', { ...on, 'example.com/a': 'x' }],
    ['the status of an earlier injection', { ...on, 'sidecar.io/status': 'x' }],
  ])('that differ only in %s share one', (_, annotations) => {
    const state = stateWith({ demo: says });
    const [, kept] = [0, 1].map(() => planFor(request(state, onPod(on))));
    expect(planFor(request(state, onPod(annotations)))).toBe(kept);
  });

  it('of namespaces with catalogs of their own share none', () => {
    const [mine, other] = [stateWith({ demo: says }), stateWith({ demo: {} })];
    const argsIn = (catalog: State['catalog']) =>
      planFor({ ...request(mine, onPod(on)), catalog }).plan.insertion.placements[0]?.fragment.initContainers[0]?.args;
    for (let time = 0; time < 3; time++) {
      expect(argsIn(mine.catalog)).toEqual(['d', 'd']);
      expect(argsIn(other.catalog)).toBeUndefined();
    }
  });
});

describe('the cache', () => {
  const ask = (state: State, value: string) => planFor(request(state, onPod({ ...on, 'sidecar.io/demo-a': value })));

  it('keeps a plan from the second request on, unless the annotations are long', () => {
    const state = stateWith({ demo: says });
    const again = (value: string) => {
      const [, second, third] = [1, 2, 3].map(() => ask(state, value));
      return second === third;
    };
    expect(again('short')).toBe(true);
    expect(again('x'.repeat(4000))).toBe(true);
    expect(again('x'.repeat(4097))).toBe(false);
  });

  it('has a bound, for plans and for what came once', () => {
    const state = stateWith({ demo: {} });
    const asked = (value: string) => planFor(request(state, onPod({ ...on, 'sidecar.io/x': value })));
    const kept = [0, 1].map(() => asked('first'))[1];
    expect(asked('first')).toBe(kept);
    for (let i = 0; i < 520; i++) [0, 1].map(() => asked(`twice ${i}`));
    expect(asked('first'), 'plans').not.toBe(kept);

    const other = stateWith({ demo: {} });
    const once = (value: string) => planFor(request(other, onPod({ ...on, 'sidecar.io/x': value })));
    once('first');
    for (let i = 0; i < 512; i++) once(`once ${i}`);
    expect(once('first'), 'what came once').not.toBe(once('first'));
  });
});

describe('the encoded patch', () => {
  const decoded = (encoded?: Encoded) => JSON.parse(Buffer.from(encoded?.base64 ?? '', 'base64').toString());
  const add = (path: string, value: Operation['value']): Operation => ({ op: 'add', path, value });
  const [a, b] = [{ name: 'a' }, { name: 'b' }];
  const base: Operation[] = [add('/x', [a, b]), add('/y', 'z')];
  const patches: [string, Operation[]][] = [
    ['no operation', []],
    ['fewer operations', base.slice(0, 1)],
    ['more operations', [...base, add('/z', 1)]],
    ['another op', [add('/x', [a, b]), { op: 'replace', path: '/y', value: 'z' }]],
    ['another path', [add('/x', [a, b]), add('/other', 'z')]],
    ['another value', [add('/x', [a, b]), add('/y', 'other')]],
    ['another item', [add('/x', [a, a]), add('/y', 'z')]],
    ['a shorter list', [add('/x', [a]), add('/y', 'z')]],
    ['a longer list', [add('/x', [a, b, a]), add('/y', 'z')]],
    ['no list', [add('/x', a), add('/y', 'z')]],
    ['a list for a text', [add('/x', [a, b]), add('/y', ['z'])]],
    ['long texts', ['"', '\n', 'ü', '🚀'].map((character) => add(`/${character}`, character.repeat(1024)))],
    ['a long path', [add('/x'.repeat(2000), 'y'.repeat(1023))]],
    [
      'more than is kept',
      [
        add(
          '/x',
          Array.from({ length: 40 }, (_, i) => `${i}${'x'.repeat(2000)}`),
        ),
      ],
    ],
    ['100 long texts', Array.from({ length: 100 }, (_, i) => add('/x', `${i}${'x'.repeat(1024)}`))],
  ];
  it.each(patches)('is its own after another one of the same plan: %s', (_, patch) => {
    const plan = makePlan(request(stateWith({ demo: says }), onPod(on)));
    const entry: Entry = { plan };
    for (const each of [base, patch, base, patch]) expect(decoded(encodedPatch(entry, each))).toEqual(each);
  });

  it('is made once for equal patches, up to 96 KiB', () => {
    const plan = makePlan(request(stateWith({ demo: says }), onPod(on)));
    const entry: Entry = { plan };
    const first = [add('/x', [a, b])];
    encodedPatch(entry, first);
    expect(entry.last?.patch).toBe(first);
    encodedPatch(entry, [add('/x', [a, b])]);
    expect(entry.last?.patch, 'an equal patch').toBe(first);
    encodedPatch(entry, [add('/x', 'x'.repeat(96 * 1024))]);
    expect(entry.last?.patch, 'a long patch').toBe(first);
    const patchOf = (length: number) => [add('/x', 'x'.repeat(length))];
    // In Base64, three bytes are four characters.
    const most = 72 * 1024 - JSON.stringify(patchOf(0)).length;
    const fits = patchOf(most);
    encodedPatch(entry, fits);
    expect(entry.last?.patch).toBe(fits);
    encodedPatch(entry, patchOf(most + 1));
    expect(entry.last?.patch).toBe(fits);
  });
});

describe('the status of a sidecar', () => {
  const [first, other] = [stateWith({ demo: says }), stateWith({ demo: { ...says, summary: 'y' } })];
  const hashOf = (state: State, settings: Readonly<Record<string, string>> = {}) => {
    const annotations = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`sidecar.io/demo-${key}`, value]),
    );
    const outcome = outcomeFor(state, {}, { annotations });
    if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
    return outcome.sidecars[0]?.hash;
  };

  it('has a hash of 8 digits that only template, parameters and form decide', () => {
    expect(hashOf(first)).toMatch(/^[0-9a-f]{8}$/);
    expect(hashOf(first, { a: 'd' })).toBe(hashOf(first));
    expect(hashOf(stateWith({ demo: says, more: {} }))).toBe(hashOf(first));
    const hashes = [
      hashOf(first),
      hashOf(other),
      hashOf({ ...first, cluster: classicState.cluster }),
      hashOf(first, { a: 'e' }),
      hashOf(first, { b: 'e' }),
      hashOf(first, { a: 'e', b: 'e' }),
      hashOf(first, { image: 'y' }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('keeps short hashes at their length', () => {
    const hashes = Array.from({ length: 300 }, (_, i) => hashOf(first, { a: `v${i}` }) ?? '');
    expect(hashes.some((hash) => hash.startsWith('0'))).toBe(true);
    expect(new Set(hashes.map(({ length }) => length))).toEqual(new Set([8]));
    expect(new Set(hashes).size).toBe(300);
  });

  it('names the sidecar, its containers and its source', () => {
    const state = stateWith({
      demo: { containers: [{ name: id }, { name: `${id}-b` }], initContainers: [{ name: `${id}-a` }] },
    });
    const outcome = outcomeFor(state, {}, { annotations: { 'sidecar.io/demo.x': 'true' } });
    if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
    const status = outcome.patch.find(({ path }) => path === '/metadata/annotations/sidecar.io~1status');
    expect(JSON.parse(String(status?.value))).toEqual({
      version: builtInState.injector.version,
      sidecars: outcome.sidecars,
    });
    expect(outcome.sidecars).toEqual(
      ['', 'x'].map((instance) => ({
        name: instance === '' ? 'demo' : 'demo.x',
        ...{ template: 'demo', native: true, hash: expect.any(String) },
        source: `metadata.annotations['sidecar.io/demo${instance === '' ? '' : '.x'}']`,
        containers: ['-a', '', '-b'].map((end) => `sidecar-demo${instance === '' ? '' : '-x'}${end}`),
      })),
    );
  });
});

describe('an outcome without a patch says why', () => {
  const state = stateWith({ demo: {} });
  const of = (annotations: object, more: object = {}) =>
    inject({ pod: { metadata: { annotations, ...more }, ...pod } as never, namespace: 'shop' }, state);
  const unchanged = (code: string, path: string, message: string) => ({
    kind: 'Unchanged',
    reasons: [{ code, path, message }],
    ...{ sidecars: [], warnings: [] },
  });

  it.each<[object, object]>([
    [{}, unchanged('nothing-asked', 'metadata.annotations', 'No annotation asks for a sidecar.')],
    [
      { 'sidecar.io/demo': 'false' },
      unchanged('turned-off', 'metadata.annotations', 'Every sidecar that is named is turned off.'),
    ],
    [
      { ...on, 'sidecar.io/inject': 'false' },
      unchanged('opted-out', "metadata.annotations['sidecar.io/inject']", 'sidecar.io/inject is "false".'),
    ],
    [
      { ...on, 'kubernetes.io/config.mirror': '' },
      unchanged('mirror-pod', "metadata.annotations['kubernetes.io/config.mirror']", 'A mirror pod cannot be changed.'),
    ],
  ])('%j', (annotations, expected) => expect(of(annotations)).toEqual(expected));

  it('a pod without metadata asks for nothing, also with null', () => {
    for (const metadata of [undefined, null, { annotations: null }])
      expect(inject({ pod: { metadata, ...pod } as never, namespace: 'shop' }, state)).toMatchObject({
        reasons: [{ code: 'nothing-asked' }],
      });
  });

  it('a pod that has it already, with its sidecars', () => {
    const first = of(on);
    if (first.kind !== 'Injected') throw new Error(first.kind);
    const status = first.patch.find(({ path }) => path.endsWith('status'))?.value;
    const added = (list: string) => first.patch.find(({ path }) => path === `/spec/${list}`)?.value;
    const injected = {
      metadata: { annotations: { ...on, 'sidecar.io/status': status } },
      spec: { ...pod.spec, initContainers: added('initContainers'), volumes: added('volumes') },
    };
    expect(inject({ pod: injected as never, namespace: 'shop' }, state)).toEqual({
      kind: 'Unchanged',
      reasons: [
        {
          code: 'already-injected',
          path: "metadata.annotations['sidecar.io/demo']",
          message: 'The pod has every sidecar that it asks for.',
        },
      ],
      ...{ sidecars: first.sidecars, warnings: [] },
    });
  });

  it('a pod of the wrong shape, and one whose template fails, are refused', () => {
    expect(inject({ pod: [], namespace: 'shop' }, state)).toEqual({
      kind: 'Refused',
      problems: [
        { code: 'malformed-pod', path: '', message: 'The pod has the wrong type.', fix: 'It must be an object.' },
      ],
      warnings: [],
    });
    const failing = stateWith({
      demo: { parameters: [text('a')], containers: [{ name: id, args: ['${ {"d": "x", "": "y"}[params.a] }'] }] },
    });
    const outcome = outcomeFor(failing, {}, { annotations: { 'sidecar.io/demo-a': 'zz' } });
    expect(outcome).toMatchObject({
      kind: 'Refused',
      problems: [
        {
          code: 'template-failed',
          path: "metadata.annotations['sidecar.io/demo']",
          message: expect.stringMatching(/^The template demo cannot be rendered with these parameters: .+\.$/),
          fix: 'Change the parameters, or correct the template.',
        },
      ],
    });
  });

  it('a patch of more than 720 KiB is refused', () => {
    const long = stateWith({ demo: { containers: [{ name: id, args: ['x'.repeat(200_000)] }] } });
    const withInstances = (count: number, state = long) => {
      const names = Array.from({ length: count }, (_, i) => [`sidecar.io/demo.i${i}`, 'true']);
      return outcomeFor(state, {}, { annotations: { 'sidecar.io/demo': 'false', ...Object.fromEntries(names) } });
    };
    expect(withInstances(3).kind).toBe('Injected');
    const twoBytesEach = stateWith({ demo: { containers: [{ name: id, args: ['ü'.repeat(130_000)] }] } });
    expect(withInstances(2, twoBytesEach).kind).toBe('Injected');
    expect(withInstances(3, twoBytesEach).kind).toBe('Refused');
    expect(withInstances(4)).toMatchObject({
      kind: 'Refused',
      problems: [
        {
          code: 'patch-too-large',
          path: 'spec.containers',
          message: expect.stringContaining('more than 737280 bytes'),
        },
      ],
    });
  });

  it('a defect of the injector', () => {
    const broken = { ...state, catalog: undefined } as unknown as State;
    const namespaces = new Map();
    expect(
      inject({ pod: { metadata: { annotations: on }, ...pod } as never, namespace: 'shop' }, { ...broken, namespaces }),
    ).toEqual({
      kind: 'Failed',
      problem: {
        code: 'internal-error',
        path: '',
        message: expect.stringMatching(/^The injector failed: .+\.$/),
        fix: 'Report it with the pod that caused it.',
      },
      stack: expect.stringContaining('inject.ts'),
    });
  });
});
