import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import type { State } from '../../src/state/state.ts';
import { apply } from '../laws/weave.ts';
import { builtInState, classicState } from './state.ts';

interface Container {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly resources?: object;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

/** The pod that comes out, or the outcome's own account of why none did. */
function woven(annotations: Record<string, string>, spec: object = {}, state: State = builtInState) {
  const pod = {
    metadata: { annotations },
    spec: { containers: [{ name: 'web' }, { name: 'log' }], ...spec },
  } as JsonObject;
  const outcome = inject({ pod, namespace: 'shop' }, state);
  const after = outcome.kind === 'Injected' ? apply(outcome.patch, pod) : undefined;
  return { outcome, spec: after?.spec as { containers: Container[]; initContainers?: Container[] } | undefined };
}

const repo = { 'sidecar.io/git-repo': 'https://h/r' };
const mountedIn = (containers: readonly Container[] = []) =>
  containers
    .filter(({ volumeMounts = [] }) => volumeMounts.some(({ mountPath }) => mountPath === '/git'))
    .map(({ name }) => name);
const namespaceSays = (annotations: Record<string, string>): State => ({
  ...builtInState,
  namespaces: new Map([['shop', { annotations }]]),
});

describe('forms', () => {
  it('native: an init container that keeps running, after those of the app', () => {
    const { spec } = woven(repo, { initContainers: [{ name: 'setup' }] });
    expect(spec?.initContainers?.map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
      ['setup', undefined],
      ['sidecar-git', 'Always'],
    ]);
    expect(spec?.containers.map(({ name }) => name)).toEqual(['web', 'log']);
  });

  it.each([
    ['the cluster cannot', repo, classicState],
    ['the user says so', { ...repo, 'sidecar.io/git-native': 'false' }, builtInState],
  ])('classic, where %s: once before the app, then beside it', (_, annotations, state) => {
    const { spec } = woven(annotations, {}, state);
    expect(spec?.initContainers?.map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
      ['sidecar-git-init', undefined],
    ]);
    expect(spec?.containers.map(({ name }) => name)).toEqual(['web', 'log', 'sidecar-git']);
  });

  it('native where the user insists, whatever the cluster says', () => {
    const { spec } = woven({ ...repo, 'sidecar.io/git-native': 'true' }, {}, classicState);
    expect(spec?.initContainers?.[0]?.restartPolicy).toBe('Always');
  });
});

describe('replicas that differ in what they know of the cluster', () => {
  it.each([
    ['native', builtInState, classicState, ['sidecar-git']],
    ['classic', classicState, builtInState, ['sidecar-git-init']],
  ])('leave a pod in the form that it has: %s', (_, first, second, inits) => {
    const { spec } = woven(repo, {}, first);
    const pod = { metadata: { annotations: { ...repo, 'sidecar.io/status': 'x' } }, spec } as unknown as JsonObject;
    const outcome = inject({ pod, namespace: 'shop' }, second);
    const patch = outcome.kind === 'Injected' ? outcome.patch.map(({ path }) => path) : [];
    expect(patch.filter((path) => path.startsWith('/spec'))).toEqual([]);
    expect(spec?.initContainers?.map(({ name }) => name)).toEqual(inits);
  });
});

describe('targets', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['the first container', {}, ['web']],
    ['the default container', { 'kubectl.kubernetes.io/default-container': 'log' }, ['log']],
    ['the first, where the default is not there', { 'kubectl.kubernetes.io/default-container': 'gone' }, ['web']],
    ['those that are named', { 'sidecar.io/git-container': 'log' }, ['log']],
    ['all', { 'sidecar.io/git-container': '*' }, ['web', 'log']],
  ])('%s', (_, annotations, expected) => {
    expect(mountedIn(woven({ ...repo, ...annotations }).spec?.containers)).toEqual(expected);
  });

  it('all does not mean the sidecar itself', () => {
    const { spec } = woven({ ...repo, 'sidecar.io/git-container': '*' }, {}, classicState);
    expect(spec?.containers.find(({ name }) => name === 'sidecar-git')?.volumeMounts).toEqual(
      expect.not.arrayContaining([expect.objectContaining({ subPath: 'files' })]),
    );
  });
});

describe('precedence and switches', () => {
  it.each<[string, Record<string, string>, Record<string, string>, string]>([
    ['a namespace turns a sidecar on', { 'sidecar.io/topz': 'true' }, {}, 'Injected'],
    [
      'a pod turns off what its namespace turns on',
      { 'sidecar.io/topz': 'true' },
      { 'sidecar.io/topz': 'false' },
      'turned-off',
    ],
    ['a pod turns on what its namespace turns off', { 'sidecar.io/git': 'false' }, repo, 'Injected'],
    ['a pod opts out of all', { 'sidecar.io/topz': 'true' }, { 'sidecar.io/inject': 'false' }, 'opted-out'],
    ['a namespace opts out', { 'sidecar.io/inject': 'false' }, repo, 'opted-out'],
    ['a pod opts in again', { 'sidecar.io/inject': 'false' }, { ...repo, 'sidecar.io/inject': 'true' }, 'Injected'],
    ['a switch beats a parameter of the same place', {}, { ...repo, 'sidecar.io/git': 'false' }, 'turned-off'],
    ['a slip on the namespace is no refusal', { 'sidecar.io/topzz': 'true' }, {}, 'nothing-asked'],
  ])('%s', (_, namespace, pod, expected) => {
    const { outcome } = woven(pod, {}, namespaceSays(namespace));
    expect(outcome.kind === 'Unchanged' ? outcome.reasons[0]?.code : outcome.kind).toBe(expected);
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['a pod that asks', { 'sidecar.io/topz': 'true' }, ['topz']],
    ['a workload that asks', { 'sidecar.io/from-workload': '{"git-repo":"https://h/r"}' }, ['git']],
    ['a pod that sets up what the namespace turns on', { 'sidecar.io/logs-files': '/var/log/*.log' }, ['logs']],
    ['a pod that turns it off itself', { 'sidecar.io/topz': 'false' }, []],
    ['a pod that sets it up and turns it off', { ...repo, 'sidecar.io/git': 'false' }, []],
    ['a pod that opts out itself', { ...repo, 'sidecar.io/inject': 'false' }, []],
    ['a pod that says nothing', {}, []],
  ])('a namespace that opts out overrules, with a warning, %s', (_, pod, sidecars) => {
    const state = namespaceSays({ 'sidecar.io/inject': 'false', 'sidecar.io/logs': 'true' });
    const { outcome } = woven(pod, {}, state);
    const warnings = 'warnings' in outcome ? outcome.warnings : [];
    expect(warnings).toEqual(
      sidecars.map((sidecar) => ({
        ...{ code: 'namespace-opted-out', sidecar },
        message: `The namespace has sidecar.io/inject: "false", so this pod gets no sidecar ${sidecar}. To get it, write sidecar.io/inject: "true" on the pod or its workload.`,
      })),
    );
  });

  it('parameters: pod before workload before namespace before default', () => {
    const periodOf = (
      pod: Record<string, string>,
      workload: Record<string, string>,
      namespace: Record<string, string>,
    ) => {
      const request = {
        pod: { metadata: { annotations: { ...repo, ...pod } }, spec: { containers: [{ name: 'web' }] } },
        namespace: 'shop',
      };
      const outcome = inject({ ...request, workload: { annotations: workload } }, namespaceSays(namespace));
      return /--period=\w+/.exec(JSON.stringify(outcome))?.[0];
    };
    const say = (period: string) => ({ 'sidecar.io/git-period': period });
    expect(periodOf({}, {}, {})).toBe('--period=60s');
    expect(periodOf({}, {}, say('3s'))).toBe('--period=3s');
    expect(periodOf({}, say('2s'), say('3s'))).toBe('--period=2s');
    expect(periodOf(say('1s'), say('2s'), say('3s'))).toBe('--period=1s');
  });
});

describe('pods with peculiarities', () => {
  it('a budget of its own: the sidecar takes part in it', () => {
    const { spec } = woven(repo, { resources: { limits: { memory: '100Mi' } } });
    expect(spec?.initContainers?.[0]?.resources).toEqual({
      requests: { cpu: '10m', memory: '64Mi' },
      limits: { memory: '100Mi' },
    });
  });

  it('memory above the default limit raises the limit', () => {
    const { spec } = woven({ ...repo, 'sidecar.io/git-memory': '2Gi' });
    expect(spec?.initContainers?.[0]?.resources).toMatchObject({
      requests: { memory: '2Gi' },
      limits: { memory: '2Gi' },
    });
  });

  it('a mirror pod is left alone', () => {
    const { outcome } = woven({ ...repo, 'kubernetes.io/config.mirror': 'x' });
    expect(outcome).toMatchObject({ kind: 'Unchanged', reasons: [{ code: 'mirror-pod' }] });
  });

  it('a forged status is overwritten, and believed in nothing', () => {
    const { outcome } = woven({ ...repo, 'sidecar.io/status': '{"version":"0.1.0","sidecars":[{"name":"git"}]}' });
    expect(outcome).toMatchObject({
      kind: 'Injected',
      patch: expect.arrayContaining([expect.objectContaining({ op: 'replace' })]),
    });
  });

  it('a defect of the program is a failure with its place, not an exception', () => {
    const broken = { ...builtInState, catalog: undefined } as unknown as State;
    const outcome = inject(
      { pod: { metadata: { annotations: repo }, spec: { containers: [] } }, namespace: 'shop' },
      broken,
    );
    expect(outcome).toMatchObject({
      kind: 'Failed',
      problem: { code: 'internal-error' },
      stack: expect.stringContaining('select'),
    });
  });
});
