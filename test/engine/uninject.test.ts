// What takes an injection out of a pod again. Law 8 tries it on generated pods (test/laws/uninject.test.ts).
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { uninject } from '../../src/engine/uninject.ts';
import { patched } from '../../src/yaml-edit/edit-document.ts';
import { builtInState, classicState } from './state.ts';

const asks = {
  'sidecar.io/git-repo': 'https://git.example.com/a.git',
  'sidecar.io/git-path': '/srv',
  'sidecar.io/topz': 'true',
  'sidecar.io/https-secret': 'web-tls',
  'sidecar.io/https-target': '8080',
};
const pod = (metadata: Json | undefined, spec: JsonObject = {}): JsonObject => ({
  ...(metadata === undefined ? {} : { metadata }),
  spec: { containers: [{ name: 'web', image: 'web' }], ...spec },
});
const takenOut = (pod: JsonObject) => {
  const removal = uninject(pod);
  return removal && patched(pod, removal.edits);
};

describe('an injected pod is given back', () => {
  const own = { name: 'data', emptyDir: {} };
  const mount = { name: 'data', mountPath: '/data' };
  const env = [{ name: 'A', value: 'b' }];
  it.each<[string, JsonObject]>([
    ['with nothing of its own', {}],
    ['with empty lists', { volumes: [], initContainers: [] }],
    ['with null for lists', { volumes: null, initContainers: null }],
    ['with volumes and init containers', { volumes: [own], initContainers: [{ name: 'init', image: 'init' }] }],
    ['with mounts', { volumes: [own], containers: [{ name: 'web', image: 'web', volumeMounts: [mount] }] }],
    ['with empty mounts', { containers: [{ name: 'web', image: 'web', volumeMounts: [], env: null }] }],
    ['with variables', { containers: [{ name: 'web', image: 'web', env }] }],
    [
      'with several containers',
      {
        containers: [
          { name: 'web', image: 'web' },
          { name: 'b', image: 'b', env },
        ],
      },
    ],
    ['with one that it shares', { shareProcessNamespace: true }],
    ['with one that it does not share', { shareProcessNamespace: null }],
  ])('%s', (_, spec) => {
    for (const state of [builtInState, classicState]) {
      const before = pod({ name: 'web', annotations: asks }, spec);
      const outcome = inject({ pod: before, namespace: 'shop' }, state);
      if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
      const after = patched(before, outcome.patch) as JsonObject;
      expect(takenOut(after)).toEqual(before);
      expect(uninject(after)?.sidecars).toEqual(['git', 'https', 'topz']);
    }
  });

  it.each<[string, Json | undefined]>([
    ['without metadata', undefined],
    ['with null for metadata', null],
    ['with empty metadata', {}],
    ['without annotations', { name: 'web' }],
    ['with null for annotations', { name: 'web', annotations: null }],
    ['with empty annotations', { annotations: {} }],
  ])('%s, to which the namespace gives its sidecar', (_, metadata) => {
    const state = { ...builtInState, namespaces: new Map([['shop', { annotations: asks }]]) };
    const before = pod(metadata);
    const outcome = inject({ pod: before, namespace: 'shop' }, state);
    if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
    expect(takenOut(patched(before, outcome.patch) as JsonObject)).toEqual(before);
  });
});

it('no mount of a volume that goes stays, also in a container that was renamed or added since', () => {
  const before = pod({ annotations: asks }, { containers: [{ name: 'web', image: 'web' }] });
  const outcome = inject({ pod: before, namespace: 'shop' }, builtInState);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  const { metadata, spec } = patched(before, outcome.patch) as { metadata: JsonObject; spec: JsonObject };
  const own = { name: 'data', mountPath: '/data' };
  const git = { name: 'sidecar-git', mountPath: '/other' };
  const [web, ...sidecars] = spec.containers as readonly JsonObject[];
  const containers = [{ ...web, name: 'frontend' }, { name: 'late', volumeMounts: [git, own] }, ...sidecars];
  const initContainers = [...(spec.initContainers as readonly JsonObject[]), { name: 'init', volumeMounts: [git] }];
  expect(web?.volumeMounts).toEqual([expect.objectContaining({ name: 'sidecar-git', mountPath: '/srv' })]);
  expect(takenOut({ metadata, spec: { ...spec, containers, initContainers } })).toEqual({
    metadata: { annotations: asks },
    spec: {
      containers: [
        { name: 'frontend', image: 'web' },
        { name: 'late', volumeMounts: [own] },
      ],
      initContainers: [{ name: 'init' }],
    },
  });
});

describe('a status that somebody wrote', () => {
  const withStatus = (status: object, spec: JsonObject = {}) =>
    pod({ annotations: { a: 'b', 'sidecar.io/status': JSON.stringify(status) } }, spec);
  const without = (spec: JsonObject = {}) => pod({ annotations: { a: 'b' } }, spec);
  const sidecar = (...containers: string[]) => [{ name: 'topz', containers }];

  it('takes out no container or volume of the app', () => {
    const spec = { initContainers: [{ name: 'init' }], volumes: [{ name: 'data', emptyDir: {} }] };
    const status = { sidecars: sidecar('web', 'init'), added: { volumes: ['data'] } };
    expect(takenOut(withStatus(status, spec))).toEqual(without(spec));
  });

  it('takes out what is there only, and no field that is set otherwise', () => {
    const status = {
      sidecars: sidecar('sidecar-topz'),
      added: { volumes: ['sidecar-x'], fields: ['hostPID', 'hostIPC'] },
    };
    expect(takenOut(withStatus(status, { hostPID: false, hostIPC: true }))).toEqual(without({ hostPID: false }));
  });

  it('takes out as many mounts and variables as were added, the last ones, of the containers that it names', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
      { name: 'A', value: '3' },
      { name: 'B', value: '1' },
    ];
    const mounts = [
      { name: 'x', mountPath: '/x' },
      { name: 'y', mountPath: '/y' },
    ];
    const containers = [
      { name: 'web', env, volumeMounts: mounts },
      { name: 'other', env, volumeMounts: mounts },
    ];
    const status = { sidecars: sidecar(), added: { env: { A: ['web', 'web'] }, mounts: { '/x': ['web'] } } };
    expect(takenOut(withStatus(status, { containers }))).toEqual(
      without({
        containers: [
          { name: 'web', env: [env[0], env[3]] as Json[], volumeMounts: [{ name: 'y', mountPath: '/y' }] },
          { name: 'other', env, volumeMounts: mounts },
        ],
      }),
    );
  });

  it.each<[string, Json | undefined]>([
    ['no pod', undefined],
    ['no spec', { metadata: { annotations: { 'sidecar.io/status': '{"sidecars":[]}' } } }],
    ['no annotations', pod(undefined)],
    ['no status', pod({ annotations: { a: 'b' } })],
    ['a status that is no text', pod({ annotations: { 'sidecar.io/status': 7 } })],
    ['a status that is no JSON', pod({ annotations: { 'sidecar.io/status': 'x' } })],
  ])('is none where there is %s', (_, value) => {
    expect(uninject(value)).toBeUndefined();
  });

  it('of a pod with odd items does not fail', () => {
    const spec = { containers: [null, { name: 'sidecar-topz' }, 'x'], volumes: [null] };
    const status = { sidecars: sidecar('sidecar-topz'), added: { volumes: ['sidecar-x'] } };
    expect(takenOut(withStatus(status, spec))).toEqual(without({ containers: [null, 'x'], volumes: [null] }));
  });
});
