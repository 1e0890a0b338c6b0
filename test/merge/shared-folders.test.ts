// Sidecars that read a folder of the app in which other sidecars have a mount.
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { uninject } from '../../src/engine/uninject.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import type { State } from '../../src/state/state.ts';
import { patched } from '../../src/yaml-edit/edit-document.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';
import { policyObject } from '../policy/policy.ts';
import { stateWith } from './sidecars.ts';

interface Mount {
  name: string;
  mountPath: string;
  subPath?: string;
  readOnly?: boolean;
}
interface Container {
  name: string;
  volumeMounts?: Mount[];
}
interface Pod {
  metadata: { annotations: Record<string, string> };
  spec: { containers: Container[]; initContainers?: Container[]; volumes?: { name: string }[] };
}

const git = { 'git-repo': 'https://h/r' };
const app: Pod['spec'] = { containers: [{ name: 'app' }] };

function podWith(annotations: Readonly<Record<string, string>>, spec = app): Pod {
  const keyed = Object.entries(annotations).map(([key, value]) => [`sidecar.io/${key}`, value]);
  return { metadata: { annotations: Object.fromEntries(keyed) }, spec };
}

const outcomeOf = (pod: Pod, state: State) => inject({ pod: pod as unknown as Json, namespace: 'shop' }, state);

/** The pod after the injection, which a second call leaves as it is and `uninject` gives back. */
function woven(pod: Pod, state = builtInState): { after: Pod; warnings: readonly string[] } {
  const outcome = outcomeOf(pod, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  const after = apply(outcome.patch, pod as unknown as Json) as unknown as Pod;
  expect(outcomeOf(after, state)).toMatchObject({ kind: 'Unchanged', warnings: [] });
  const removal = uninject(after as unknown as Json);
  expect(patched(after as unknown as Json, removal?.edits ?? [])).toEqual(pod);
  return { after, warnings: outcome.warnings.map(({ code, message }) => `${code} ${message}`) };
}

/** The mounts of a container at these paths and below: `volume/part at path`, with `ro` where they are read-only. */
function mountsIn({ spec }: Pod, container: string, ...paths: string[]): string[] {
  const all = [...spec.containers, ...(spec.initContainers ?? [])].filter(({ name }) => name === container);
  return all
    .flatMap(({ volumeMounts = [] }) => volumeMounts)
    .filter(({ mountPath }) => paths.some((path) => `${mountPath}/`.startsWith(`${path}/`)))
    .map(({ name, mountPath, subPath, readOnly }) =>
      [subPath ? `${name}/${subPath}` : name, 'at', mountPath, ...(readOnly ? ['ro'] : [])].join(' '),
    );
}

const problemsOf = (pod: Pod, state = builtInState) => {
  const outcome = outcomeOf(pod, state);
  return outcome.kind === 'Refused' ? outcome.problems.map(({ code, fix }) => `${code} ${fix}`) : [outcome.kind];
};

describe.each([
  ['native', builtInState],
  ['classic', classicState],
])('serve and git, %s', (_, state) => {
  it('have one folder: the volume of git is mounted in both, and serve brings none', () => {
    const { after, warnings } = woven(podWith({ ...git, 'git-path': '/data', 'serve-path': '/data' }), state);
    expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual(['sidecar-git/files at /srv ro']);
    expect(mountsIn(after, 'app', '/data')).toEqual(['sidecar-git/files at /data']);
    expect(after.spec.volumes?.map(({ name }) => name)).not.toContain('sidecar-serve');
    expect(warnings).toEqual([]);
  });

  it('have git’s folder in the other one: serve has it there too', () => {
    const { after, warnings } = woven(podWith({ ...git, 'git-path': '/data/site', 'serve-path': '/data' }), state);
    // Not read-only, or the runtime could not create the folder of the second one in it.
    expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual([
      'sidecar-serve at /srv',
      'sidecar-git/files at /srv/site ro',
    ]);
    expect(mountsIn(after, 'app', '/data')).toEqual(['sidecar-git/files at /data/site', 'sidecar-serve at /data']);
    expect(warnings).toEqual([]);
  });

  it('have serve’s folder in the other one: serve has this part', () => {
    const { after, warnings } = woven(podWith({ ...git, 'git-path': '/data/', 'serve-path': '/data/a/b' }), state);
    expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual(['sidecar-git/files/a/b at /srv ro']);
    expect(mountsIn(after, 'app', '/data')).toEqual(['sidecar-git/files at /data']);
    expect(warnings).toEqual([]);
  });
});

describe('the links of git', () => {
  const links = { ...git, 'git-path': '/data', 'git-style': 'symlink' };

  it('are there with the whole folder', () => {
    const { after } = woven(podWith({ ...links, 'serve-path': '/data' }));
    expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual(['sidecar-git/files at /srv ro']);
  });

  it('cannot be followed when a pod starts: the fix says which path to write', () => {
    expect(problemsOf(podWith({ ...links, 'serve-path': '/data/current' }))).toEqual([
      'mount-path-taken Set sidecar.io/serve-path to /data to use that volume, set sidecar.io/serve-path to another path, or remove that mount.',
    ]);
  });
});

describe('several sidecars with one folder', () => {
  it('all have the volume of the one that writes', () => {
    const both = { 'config-configmaps': 'c', 'config-path': '/data/conf', 'logs-files': '/data/log/*.log' };
    const { after } = woven(podWith({ ...git, 'git-path': '/data', 'serve-path': '/data', ...both }));
    expect(mountsIn(after, 'sidecar-logs', '/logs')).toEqual(['sidecar-git/files/log at /logs ro']);
    expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual([
      'sidecar-git/files at /srv',
      'sidecar-config/files at /srv/conf ro',
    ]);
    expect(mountsIn(after, 'app', '/data')).toEqual([
      'sidecar-config/files at /data/conf',
      'sidecar-git/files at /data',
    ]);
  });

  it('have the volume of the first where all of them only read', () => {
    const { after } = woven(
      podWith({ 'logs-files': '/data/*.log', 'serve-path': '/data', 'serve-path.b': '/data', 'serve-port.b': '9000' }),
    );
    expect(mountsIn(after, 'sidecar-logs', '/logs')).toEqual(['sidecar-logs at /logs ro']);
    expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual(['sidecar-logs at /srv ro']);
    expect(mountsIn(after, 'sidecar-serve-b', '/srv')).toEqual(['sidecar-logs at /srv ro']);
    expect(mountsIn(after, 'app', '/data')).toEqual(['sidecar-logs at /data']);
  });

  it('that only read keep their own volumes in one another, and the outer one has both', () => {
    const { after } = woven(podWith({ 'logs-files': '/data/log/*.log', 'serve-path': '/data' }));
    expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual(['sidecar-serve at /srv', 'sidecar-logs at /srv/log ro']);
    expect(mountsIn(after, 'sidecar-logs', '/logs')).toEqual(['sidecar-logs at /logs ro']);
  });

  it('have the nearest folder, and folders in one another', () => {
    const two = { ...git, 'git-path': '/data/a', 'git-repo.docs': 'https://h/d', 'git-path.docs': '/data/a/docs' };
    const outer = woven(podWith({ ...two, 'serve-path': '/data' })).after;
    expect(mountsIn(outer, 'sidecar-serve', '/srv')).toEqual([
      'sidecar-serve at /srv',
      'sidecar-git/files at /srv/a',
      'sidecar-git-docs/files at /srv/a/docs ro',
    ]);
    const inner = woven(podWith({ ...two, 'serve-path': '/data/a/docs/html' })).after;
    expect(mountsIn(inner, 'sidecar-serve', '/srv')).toEqual(['sidecar-git-docs/files/html at /srv ro']);
  });

  it('have each volume once: that of a reader which uses another one is not there', () => {
    const paths = { 'git-path': '/data/site', 'logs-files': '/data/site/log/*.log', 'serve-path': '/data' };
    const { after } = woven(podWith({ ...git, ...paths }));
    expect(mountsIn(after, 'sidecar-logs', '/logs')).toEqual(['sidecar-git/files/log at /logs ro']);
    expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual([
      'sidecar-serve at /srv',
      'sidecar-git/files at /srv/site ro',
    ]);
  });

  it('have the volume of the app where that is nearer', () => {
    const own = {
      containers: [{ name: 'app', volumeMounts: [{ name: 'own', mountPath: '/data/site' }] }],
      volumes: [{ name: 'own', emptyDir: {} }],
    };
    const { after } = woven(podWith({ ...git, 'git-path': '/data', 'serve-path': '/data/site' }, own));
    expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual(['own at /srv ro']);
  });

  it('are not concerned by a folder whose name only begins the same', () => {
    const { after } = woven(podWith({ ...git, 'git-path': '/data', 'serve-path': '/data2' }));
    expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual(['sidecar-serve at /srv ro']);
  });

  it('find what is below a volume of the app', () => {
    const own = {
      containers: [{ name: 'app', volumeMounts: [{ name: 'own', mountPath: '/data' }] }],
      volumes: [{ name: 'own', emptyDir: {} }],
    };
    const { after } = woven(
      podWith({ ...git, 'git-path': '/data/site', 'serve-path': '/data', 'serve-size': '1Gi' }, own),
    );
    expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual(['own at /srv', 'sidecar-git/files at /srv/site ro']);
  });
});

describe('sidecars of different containers', () => {
  const two = { containers: [{ name: 'app' }, { name: 'b' }] };
  const paths = { ...git, 'git-path': '/data', 'serve-path': '/data' };

  it('share the folder where the reader names none', () => {
    const { after } = woven(podWith({ ...paths, 'git-container': 'b' }, two));
    expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual(['sidecar-git/files at /srv ro']);
    expect([mountsIn(after, 'app', '/data'), mountsIn(after, 'b', '/data')]).toEqual([
      [],
      ['sidecar-git/files at /data'],
    ]);
  });

  it('do not share it where they name others', () => {
    const named = { 'git-container': 'b', 'serve-container': 'app' };
    const { after } = woven(podWith({ ...paths, ...named }, two));
    expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual(['sidecar-serve at /srv ro']);
    expect(mountsIn(after, 'app', '/data')).toEqual(['sidecar-serve at /data']);
    const below = woven(podWith({ ...paths, ...named, 'git-path': '/data/site' }, two));
    expect(mountsIn(below.after, 'sidecar-serve', '/srv')).toEqual(['sidecar-serve at /srv ro']);
    expect(below.warnings).toEqual([]);
  });

  it('share it where the reader names some of the others’, and not where it names more', () => {
    expect(problemsOf(podWith({ ...paths, 'git-container': 'b', 'serve-container': 'app,b' }, two))).toEqual([
      'mount-path-taken Set sidecar.io/serve-path to another path, or remove that mount.',
    ]);
    const { after } = woven(podWith({ ...paths, 'git-container': '*', 'serve-container': 'b' }, two));
    expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual(['sidecar-git/files at /srv ro']);
  });
});

it('a reader of several containers finds what one of them has below the folder', () => {
  const two = { containers: [{ name: 'app' }, { name: 'b' }] };
  const paths = { 'git-path': '/data/site', 'git-container': 'b', 'serve-path': '/data', 'serve-container': 'app,b' };
  const { after } = woven(podWith({ ...git, ...paths }, two));
  expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual([
    'sidecar-serve at /srv',
    'sidecar-git/files at /srv/site ro',
  ]);
});

describe('a volume that a reader cannot have', () => {
  const secrets = { 'config-secrets': 's' };
  const path = "metadata.annotations['sidecar.io/serve-path']";

  it('is one in memory, where Secrets are', () => {
    expect(problemsOf(podWith({ ...secrets, 'config-path': '/data', 'serve-path': '/data' }))).toEqual([
      'mount-path-taken Set sidecar.io/serve-path to another path, or remove that mount.',
    ]);
    const below = woven(podWith({ ...secrets, 'config-path': '/data/conf', 'serve-path': '/data' }));
    expect(mountsIn(below.after, 'sidecar-serve', '/srv')).toEqual(['sidecar-serve at /srv ro']);
    expect(below.warnings).toEqual([
      `files-hidden ${path}: The sidecar serve does not have the files that the sidecar config has at /data/conf.`,
    ]);
    expect(woven(podWith({ ...secrets, 'config-path': '/data', 'serve-path': '/data/html' })).warnings).toEqual([
      `files-hidden ${path}: The new volume at /data/html hides the files that the sidecar config has there. If the sidecar needs them, choose another path.`,
    ]);
  });

  it('is warned about once, and only in a container of both', () => {
    const paths = { 'git-path': '/data', 'config-path': '/data/conf', 'serve-path': '/data' };
    expect(woven(podWith({ ...git, ...secrets, ...paths })).warnings).toHaveLength(1);
    const named = {
      'config-path': '/data',
      'config-container': 'b',
      'serve-path': '/data/x',
      'serve-container': 'app',
    };
    const two = { containers: [{ name: 'app' }, { name: 'b' }] };
    expect(woven(podWith({ ...secrets, ...named }, two)).warnings).toEqual([]);
  });

  it('is one of a kind that its template does not take, or of which the app has a computed part', () => {
    const id = '${ instance.id }';
    const reader = {
      containers: [{ name: id, volumeMounts: [{ name: id, mountPath: '/in', readOnly: true }] }],
      ...{
        volumes: [{ name: id, emptyDir: {} }],
        appVolumes: ['emptyDir'],
        mounts: [{ name: id, mountPath: '/data' }],
      },
    };
    const writer = (volume: object, mount: object) => ({
      containers: [{ name: id, volumeMounts: [{ name: id, mountPath: '/out' }] }],
      ...{ volumes: [{ name: id, ...volume }], mounts: [{ name: id, mountPath: '/data/x', ...mount }] },
    });
    const messages = (volume: object, mount = {}) =>
      woven(podWith({ reader: 'true', writer: 'true' }), stateWith({ reader, writer: writer(volume, mount) })).warnings;
    expect(messages({ persistentVolumeClaim: { claimName: 'c' } })).toHaveLength(1);
    expect(messages({ emptyDir: {} }, { subPathExpr: 'a' })).toHaveLength(1);
    expect(messages({ emptyDir: {} }, { subPath: 'a' })).toEqual([]);
  });

  it('is any, for a sidecar that reads no folder of the app', () => {
    const id = '${ instance.id }';
    const volumes = [{ name: id, emptyDir: {} }];
    const mounts = [{ name: id, mountPath: '/data' }];
    const writer = { containers: [{ name: id, volumeMounts: [{ name: id, mountPath: '/out' }] }], volumes, mounts };
    const own = { name: id, mountPath: '/in', readOnly: true };
    const reader = { containers: [{ name: id, volumeMounts: [own] }], volumes, mounts, appVolumes: ['emptyDir'] };
    const codes = (change: object) => {
      const state = stateWith({ reader: { ...reader, ...change }, writer });
      return problemsOf(podWith({ reader: 'true', writer: 'true' }), state).map((text) => text.split(' ')[0]);
    };
    expect(codes({})).toEqual(['Injected']);
    expect(codes({ appVolumes: [] })).toEqual(['mount-path-taken']);
    expect(codes({ mounts: [{ ...mounts[0], subPath: 'a' }] })).toEqual(['mount-path-taken']);
    expect(codes({ mounts: [{ ...mounts[0], subPathExpr: '$(A)' }] })).toEqual(['mount-path-taken']);
    const second = { name: `${id}-b`, volumeMounts: [{ name: id, mountPath: '/out' }] };
    expect(codes({ containers: [{ name: id, volumeMounts: [own] }, second] })).toEqual(['mount-path-taken']);
  });

  it('is any, for a sidecar that writes into its own', () => {
    const socket = { 'ambassador-target': 'db:5432', 'ambassador-socket': '/data/s' };
    expect(problemsOf(podWith({ ...git, 'git-path': '/data', ...socket }))).toEqual([
      'mount-path-taken Set sidecar.io/git-path to another path, or remove that mount.',
    ]);
  });
});

it('a sidecar that a former version has put into the pod keeps its mounts', () => {
  const { after } = woven(podWith({ ...git, 'git-path': '/data/site', 'serve-path': '/data' }));
  const [, serve] = after.spec.initContainers ?? [];
  const [srv, below, ...others] = serve?.volumeMounts ?? [];
  expect(below?.mountPath).toBe('/srv/site');
  if (serve && srv) serve.volumeMounts = [{ ...srv, readOnly: true }, ...others];
  expect(outcomeOf(after, builtInState)).toMatchObject({ kind: 'Unchanged', warnings: [] });
});

it('a size has no effect on the volume of another sidecar', () => {
  const { warnings } = woven(podWith({ ...git, 'git-path': '/data', 'serve-path': '/data', 'serve-size': '1Gi' }));
  expect(warnings).toEqual([
    "no-effect metadata.annotations['sidecar.io/serve-size'] has no effect on the volume of another sidecar, which the sidecar serve uses instead of its own",
  ]);
  expect(
    woven(podWith({ ...git, 'git-path': '/data/site', 'serve-path': '/data', 'serve-size': '1Gi' })).warnings,
  ).toEqual([]);
});

it('a sidecar that a policy requires keeps its own volumes, with a warning', () => {
  const serve = { sidecar: 'serve', settings: { path: '/data' }, lock: ['path'] };
  const policies = [policyObject('web', { require: [serve] }, { uid: 'u', generation: 1 })];
  const shop = [{ name: 'shop', annotations: {}, labels: { team: 'shop' } }];
  const { state } = createClusterState(builtInState)(shop, [], policies, 0);
  const { after, warnings } = woven(podWith({ ...git, 'git-path': '/data/site' }), state);
  expect(mountsIn(after, 'sidecar-serve', '/srv')).toEqual(['sidecar-serve at /srv ro']);
  expect(warnings).toEqual([
    "files-hidden policies['web'].lock['sidecar.io/serve-path']: The sidecar serve does not have the files that the sidecar git has at /data/site.",
  ]);
});
