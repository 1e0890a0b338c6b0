// Native sidecars of the app run beside its containers; its ordinary init containers run before them.
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';
import { messagesOf, outcomeFor, problemsOf, stateWith } from './sidecars.ts';

interface Stored {
  readonly spec: Record<'containers' | 'initContainers', readonly (JsonObject & { readonly name: string })[]>;
}

const git = { 'sidecar.io/git-repo': 'https://git.example.com/a.git', 'sidecar.io/git-path': '/srv' };
const proxy = { name: 'proxy', image: 'proxy', restartPolicy: 'Always' };
const inits = [{ name: 'first', image: 'x' }, proxy, { name: 'setup', image: 'x' }];

/** The pod after the injection. A second call, also after another webhook has come in front, changes nothing. */
function injected(
  annotations: Record<string, string>,
  initContainers: readonly object[] = inits,
  state = builtInState,
) {
  const pod = { metadata: { annotations }, spec: { containers: [{ name: 'web', image: 'x' }], initContainers } };
  const outcome = inject({ pod: pod as unknown as Json, namespace: 'shop' }, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  const after = apply(outcome.patch, pod) as unknown as Stored;
  const mesh = { name: 'mesh', restartPolicy: 'Always' };
  const meshed = { ...after, spec: { ...after.spec, initContainers: [mesh, ...after.spec.initContainers] } };
  if (annotations['sidecar.io/git-container'] !== '*')
    expect(inject({ pod: meshed as unknown as Json, namespace: 'shop' }, state).kind).toBe('Unchanged');
  expect(inject({ pod: after as unknown as Json, namespace: 'shop' }, state).kind).toBe('Unchanged');
  return after;
}

const namesOf = ({ spec }: Stored) => spec.initContainers.map(({ name }) => name);
const mounting = ({ spec }: Stored) =>
  [...spec.containers, ...spec.initContainers]
    .filter(({ volumeMounts }) => JSON.stringify(volumeMounts ?? []).includes('"mountPath":"/srv"'))
    .map(({ name }) => name);

describe('a native sidecar of the app', () => {
  it('can be named as target, and git comes before it', () => {
    const after = injected({ ...git, 'sidecar.io/git-container': 'proxy' });
    expect(mounting(after)).toEqual(['proxy']);
    expect(namesOf(after)).toEqual(['first', 'sidecar-git', 'proxy', 'setup']);
  });

  it('is one of all containers, which changes no order', () => {
    const after = injected({ ...git, 'sidecar.io/git-container': '*' });
    expect(mounting(after)).toEqual(['web', 'proxy']);
    expect(namesOf(after)).toEqual(['first', 'proxy', 'setup', 'sidecar-git']);
  });

  it('can be the default container', () => {
    const after = injected({ ...git, 'kubectl.kubernetes.io/default-container': 'proxy' });
    expect(mounting(after)).toEqual(['proxy']);
  });

  it('is named in a message that lists the containers', () => {
    const annotations = { ...git, 'sidecar.io/git-container': 'other' };
    const pod = { metadata: { annotations }, spec: { containers: [{ name: 'web' }], initContainers: inits } };
    expect(messagesOf(inject({ pod: pod as unknown as Json, namespace: 'shop' }, builtInState))).toEqual([
      'The pod has no container other. Its containers are: web, proxy.',
    ]);
  });

  it('gets what the sidecar needs before it, in the classic form too', () => {
    const after = injected({ ...git, 'sidecar.io/git-container': 'proxy' }, inits, classicState);
    expect(mounting(after)).toEqual(['proxy']);
    expect(namesOf(after)).toEqual(['first', 'sidecar-git-init', 'proxy', 'setup']);
  });

  it('shows its volume, its ports and its variables', () => {
    const volumes = [{ name: 'own', emptyDir: {} }];
    const logger = { ...proxy, volumeMounts: [{ name: 'own', mountPath: '/var/log/app' }] };
    const pod = (annotations: object, container: object) => ({
      metadata: { annotations },
      spec: { containers: [{ name: 'web' }], initContainers: [container], volumes },
    });
    const logs = pod({ 'sidecar.io/logs-files': '/var/log/app/*.log' }, logger);
    const outcome = inject({ pod: logs as unknown as Json, namespace: 'shop' }, builtInState);
    if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
    const paths = outcome.patch.map(({ path }) => path);
    expect(paths.filter((path) => path.endsWith('/volumeMounts'))).toEqual([]);
    const listening = pod({ 'sidecar.io/topz': 'true' }, { ...proxy, ports: [{ containerPort: 21080 }] });
    expect(messagesOf(inject({ pod: listening as unknown as Json, namespace: 'shop' }, builtInState))[0]).toContain(
      'Port 21080 is used by container proxy.',
    );
    const state = stateWith({ demo: { env: [{ name: 'A', value: '1' }] } });
    const own = { initContainers: [{ ...proxy, env: [{ name: 'B', value: '2' }] }] };
    const env = outcomeFor(state, own, { annotations: { 'sidecar.io/demo-container': 'proxy' } });
    expect(env).toMatchObject({
      patch: expect.arrayContaining([expect.objectContaining({ path: '/spec/initContainers/0/env/-' })]),
    });
  });

  it('is a container of the pod for expressions', () => {
    const args = ['${ pod.containers.map(c, c.name).join() }'];
    const state = stateWith({ demo: { containers: [{ name: '${ instance.id }', args }] } });
    const outcome = outcomeFor(state, { initContainers: inits });
    expect(outcome).toMatchObject({ patch: [{}, { value: { args: ['webproxy'] } }] });
  });

  it('is where a problem of its mounts is', () => {
    const taken = { ...proxy, volumeMounts: [{ name: 'own', mountPath: '/srv' }] };
    const annotations = { ...git, 'sidecar.io/git-container': 'proxy' };
    const pod = { metadata: { annotations }, spec: { containers: [{ name: 'web' }], initContainers: [taken] } };
    expect(messagesOf(inject({ pod: pod as unknown as Json, namespace: 'shop' }, builtInState))[0]).toContain(
      'In container proxy, /srv is already the mount of volume own (volumeMounts[0]).',
    );
  });
});

describe('an ordinary init container of the app', () => {
  it('is no target unless it is named', () => {
    expect(mounting(injected(git))).toEqual(['web']);
    const preferred = { ...git, 'kubectl.kubernetes.io/default-container': 'setup' };
    expect(mounting(injected(preferred))).toEqual(['web']);
  });

  it('can be named, with others, and git comes before the first of them', () => {
    const alone = injected({ ...git, 'sidecar.io/git-container': 'setup' });
    expect(mounting(alone)).toEqual(['setup']);
    expect(namesOf(alone)).toEqual(['first', 'proxy', 'sidecar-git', 'setup']);
    const both = injected({ ...git, 'sidecar.io/git-container': 'web,setup,first' });
    expect(mounting(both)).toEqual(['web', 'first', 'setup']);
    expect(namesOf(both)).toEqual(['sidecar-git', 'first', 'proxy', 'setup']);
  });

  it('takes no volume of the app into account unless it is named', () => {
    const writer = { name: 'writer', volumeMounts: [{ name: 'own', mountPath: '/srv' }] };
    const volumes = [{ name: 'own', emptyDir: {} }];
    const paths = (more: object) => {
      const annotations = { 'sidecar.io/serve-path': '/srv', ...more };
      const pod = {
        metadata: { annotations },
        spec: { containers: [{ name: 'web' }], initContainers: [writer], volumes },
      };
      const outcome = inject({ pod: pod as unknown as Json, namespace: 'shop' }, builtInState);
      if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
      return outcome.patch.flatMap(({ path, value }) =>
        path === '/spec/volumes/-' ? [(value as JsonObject).name] : [],
      );
    };
    expect(paths({})).toContain('sidecar-serve');
    expect(paths({ 'sidecar.io/serve-container': 'web,writer' })).not.toContain('sidecar-serve');
  });

  it('meets the ports of a sidecar only where that is native and comes before it', () => {
    const state = (order: object, base = builtInState) =>
      stateWith(
        { demo: { containers: [{ name: '${ instance.id }', ports: [{ containerPort: 9000 }] }], ...order } },
        base,
      );
    const spec = { initContainers: [{ name: 'setup', ports: [{ containerPort: 9000 }] }] };
    const early = { order: { initContainers: 'before' } };
    expect(problemsOf(outcomeFor(state(early), spec))[0]).toContain('port-taken');
    expect(problemsOf(outcomeFor(state({}), spec))).toEqual(['Injected']);
    expect(problemsOf(outcomeFor(state(early, classicState), spec))).toEqual(['Injected']);
  });

  it('is refused as target of a sidecar that runs only beside the app', () => {
    const pod = {
      metadata: { annotations: { ...git, 'sidecar.io/git-container': 'setup' } },
      spec: { containers: [{ name: 'web' }], initContainers: inits },
    };
    expect(messagesOf(inject({ pod: pod as unknown as Json, namespace: 'shop' }, classicState))).toEqual([
      'setup is an init container, and a sidecar that is not native starts after it. Use a cluster with native sidecars (Kubernetes 1.29), set sidecar.io/git-native: "true" if yours has them, or name containers that run beside the sidecar.',
    ]);
  });

  it('has before it what a sidecar must follow', () => {
    const mounts = {
      containers: [{ name: '${ instance.id }' }],
      volumes: [{ name: '${ instance.id }', emptyDir: {} }],
      mounts: [{ name: '${ instance.id }', mountPath: '/demo' }],
    };
    const state = stateWith({
      a: {},
      b: { ...mounts, order: { after: ['c'] } },
      c: { order: { after: ['d'] } },
      d: {},
    });
    const outcome = outcomeFor(
      state,
      { initContainers: inits },
      { annotations: { 'sidecar.io/b-container': 'setup' } },
    );
    if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
    const after = apply(outcome.patch, {
      metadata: { annotations: {} },
      spec: { containers: [{ name: 'web' }], initContainers: inits },
    });
    expect(namesOf(after as unknown as Stored)).toEqual([
      ...['first', 'proxy', 'sidecar-d', 'sidecar-c', 'sidecar-b', 'setup', 'sidecar-a'],
    ]);
  });
});
