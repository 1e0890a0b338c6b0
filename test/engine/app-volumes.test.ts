// A folder where the app has a volume already.
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { apply } from '../laws/weave.ts';
import { builtInState, classicState } from './state.ts';

interface Container {
  name: string;
  volumeMounts: { name: string; mountPath: string }[];
}
interface Woven {
  spec: { containers: Container[]; initContainers?: Container[]; volumes: { name: string }[] };
}

const logs = { 'sidecar.io/logs-files': '/var/log/app/*.log' };
const serve = { 'sidecar.io/serve-path': '/var/log/app' };
const mount = (more: object = {}) => ({ name: 'own', mountPath: '/var/log/app', ...more });
const app = (name: string, ...volumeMounts: object[]) => ({ name, image: name, volumeMounts });

function pod(annotations: Record<string, string>, containers: object[], volume: object = { emptyDir: {} }): Json {
  return { metadata: { annotations }, spec: { containers, volumes: [{ name: 'own', ...volume }] } } as Json;
}

/** The pod after the injection, which a second call leaves as it is. */
function woven(before: Json, state = builtInState): Woven {
  const outcome = inject({ pod: before, namespace: 'default' }, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  const after = apply(outcome.patch, before);
  expect(inject({ pod: after, namespace: 'default' }, state).kind).toBe('Unchanged');
  return after as unknown as Woven;
}

const codes = (before: Json) => {
  const outcome = inject({ pod: before, namespace: 'default' }, builtInState);
  return outcome.kind === 'Refused' ? outcome.problems.map(({ code }) => code) : [outcome.kind];
};
/** Which volumes the containers of one sidecar mount, app's or own. */
const mountsOf = ({ spec }: Woven, name: string) =>
  [...spec.containers, ...(spec.initContainers ?? [])]
    .filter((each) => each.name === name)
    .flatMap(({ volumeMounts }) => volumeMounts.map((each) => each.name));

describe('a volume that the app mounts where the sidecar wants one', () => {
  it.each([builtInState, classicState])('is used in place of the own one, and the app stays as it is', (state) => {
    const before = pod(logs, [app('web', mount())]);
    const after = woven(before, state);
    expect(after.spec.containers[0]).toEqual(app('web', mount()));
    expect(mountsOf(after, 'sidecar-logs')).toContain('own');
    expect(mountsOf(after, 'sidecar-logs')).not.toContain('sidecar-logs');
    expect(after.spec.volumes.map(({ name }) => name)).toEqual(['own', 'sidecar-logs-state', 'sidecar-logs-sa']);
  });

  it('is looked for in all containers of the app, or in the one that is named', () => {
    const both = (more: Record<string, string>) => pod({ ...logs, ...more }, [app('web'), app('worker', mount())]);
    expect(woven(both({})).spec.containers).toEqual([app('web'), app('worker', mount())]);
    expect(woven(both({ 'sidecar.io/logs-container': 'worker' })).spec.containers).toHaveLength(2);
    const named = woven(both({ 'sidecar.io/logs-container': 'web' }));
    expect(named.spec.containers[0]).toEqual(app('web', mount({ name: 'sidecar-logs' })));
    expect(woven(both({ 'sidecar.io/logs-container': '*' })).spec.containers[0]).toEqual(app('web', mount()));
  });

  it('is the default container’s, where several have one', () => {
    const containers = [app('web', mount()), app('worker', mount({ name: 'second' }))];
    const volumes = [
      { name: 'own', emptyDir: {} },
      { name: 'second', emptyDir: {} },
    ];
    const annotations = { ...logs, 'kubectl.kubernetes.io/default-container': 'worker' };
    const after = woven({ metadata: { annotations }, spec: { containers, volumes } } as Json);
    expect(mountsOf(after, 'sidecar-logs')).toContain('second');
  });

  it('stays the one when another webhook puts a container in front between two calls', () => {
    const { spec, ...rest } = woven(pod(logs, [app('web', mount())]));
    const proxied = { ...rest, spec: { ...spec, containers: [app('proxy'), ...spec.containers] } } as unknown as Json;
    expect(inject({ pod: proxied, namespace: 'default' }, builtInState).kind).toBe('Unchanged');
  });

  it('can be that of several sidecars', () => {
    const after = woven(pod({ ...logs, ...serve }, [app('web', mount())]));
    for (const name of ['sidecar-logs', 'sidecar-serve']) expect(mountsOf(after, name)).toContain('own');
  });

  it('is one of the kinds that the template names', () => {
    const claim = { persistentVolumeClaim: { claimName: 'c' } };
    expect(codes(pod(serve, [app('web', mount())], claim))).toEqual(['Injected']);
    expect(codes(pod(logs, [app('web', mount())], claim))).toEqual(['mount-path-taken']);
    const token = { projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } };
    for (const volume of [
      token,
      { secret: { secretName: 's' } },
      { configMap: { name: 'c' } },
      { hostPath: { path: '/' } },
    ])
      expect(codes(pod(serve, [app('web', mount())], volume)), JSON.stringify(volume)).toEqual(['mount-path-taken']);
  });

  it('is mounted as a whole', () => {
    expect(codes(pod(logs, [app('web', mount({ subPath: 'x' }))]))).toEqual(['mount-path-taken']);
    expect(codes(pod(logs, [app('web', mount({ subPathExpr: '$(X)' }))]))).toEqual(['mount-path-taken']);
  });

  it('is not for templates of a namespace', () => {
    const container = { name: '${ instance.id }', volumeMounts: [{ name: '${ instance.id }', mountPath: '/x' }] };
    const own = { name: '${ instance.id }', emptyDir: {} };
    const template = compileTemplate({
      ...{ apiVersion: 'sidecar.io/v1alpha1', kind: 'SidecarTemplate', metadata: { name: 'spy', namespace: 'n' } },
      spec: {
        ...{ summary: 'x', failurePolicy: 'Ignore', image: 'x', containers: [container], volumes: [own] },
        ...{ appVolumes: ['emptyDir'], mounts: [{ name: '${ instance.id }', mountPath: '/var/log/app' }] },
      },
    });
    expect(template).toMatchObject({ problems: [{ path: ['spec', 'appVolumes'] }] });
  });
});

describe('a folder below a volume of the app', () => {
  const below = { 'sidecar.io/serve-path': '/var/log/app/html' };
  const build = { ...app('build', { name: 'own', mountPath: '/out' }) };
  const warnings = (before: Json) => {
    const outcome = inject({ pod: before, namespace: 'default' }, builtInState);
    if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
    return outcome.warnings.filter(({ code }) => code === 'files-hidden').map(({ message }) => message);
  };
  const message = (fix: string) => [
    `metadata.annotations['sidecar.io/serve-path']: The new volume at /var/log/app/html hides the files that the volume own of the app has there. ${fix}`,
  ];
  const whole = 'To use that volume, set sidecar.io/serve-path to /var/log/app.';
  const another = 'If the sidecar needs them, choose another path.';
  const withInit = (before: Json, ...initContainers: object[]) => {
    const { spec, ...rest } = before as { spec: object };
    return { ...rest, spec: { ...spec, initContainers } } as Json;
  };

  it.each([
    ['that an init container fills', withInit(pod(below, [app('web', mount())]), build), whole],
    [
      'that a container fills which is not a target',
      pod({ ...below, 'sidecar.io/serve-container': 'web' }, [app('web', mount()), build]),
      whole,
    ],
    [
      'that is older than the pod',
      pod(below, [app('web', mount())], { persistentVolumeClaim: { claimName: 'a' } }),
      whole,
    ],
    [
      'of a kind that the sidecar cannot use',
      pod(below, [app('web', mount())], { nfs: { server: 'a', path: '/' } }),
      another,
    ],
    ['of which the app mounts a part', withInit(pod(below, [app('web', mount({ subPath: 'a' }))]), build), another],
  ])('%s hides its files with a warning', (_, before, fix) => {
    expect(warnings(before)).toEqual(message(fix));
  });

  it.each([
    [
      'that only the targets mount',
      pod({ ...below, 'sidecar.io/serve-container': '*' }, [app('web', mount()), app('other', mount())]),
    ],
    [
      'whose name only begins the same',
      withInit(pod({ 'sidecar.io/serve-path': '/var/log/application' }, [app('web', mount())]), build),
    ],
    ['at the path itself', withInit(pod(serve, [app('web', mount())]), build)],
  ])('%s hides nothing', (_, before) => {
    expect(warnings(before)).toEqual([]);
  });

  it('hides nothing where the nearest volume above it is another one', () => {
    const near = withInit(
      pod(below, [app('web', mount({ mountPath: '/var' }), { name: 'near', mountPath: '/var/log' })]),
      build,
    ) as {
      spec: { volumes: object[] };
    };
    near.spec.volumes.push({ name: 'near', emptyDir: {} });
    expect(warnings(near as unknown as Json)).toEqual([]);
  });
});
