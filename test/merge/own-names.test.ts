// What the app calls as a sidecar calls its own parts, and what is there from an earlier injection.
import { describe, expect, it } from 'vitest';
import { injectAnew } from '../../src/cli/inject/inject-anew.ts';
import type { Json } from '../../src/core/json.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { inject } from '../../src/engine/inject.ts';
import { uninject } from '../../src/engine/uninject.ts';
import type { State } from '../../src/state/state.ts';
import { patched } from '../../src/yaml-edit/edit-document.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';
import { problemsOf, stateWith } from './sidecars.ts';

interface Named {
  name: string;
  image?: string;
}
interface Pod {
  metadata: { annotations: Record<string, string> };
  spec: { containers: Named[]; initContainers?: Named[]; volumes?: object[] };
}

const statusKey = 'sidecar.io/status';
const asks = { 'sidecar.io/git-repo': 'https://git.example.com/a.git', 'sidecar.io/git-path': '/srv' };
const podWith = (spec: object = {}, annotations: Readonly<Record<string, string>> = asks): Pod => ({
  metadata: { annotations: { ...annotations } },
  spec: { containers: [{ name: 'web', image: 'web' }], ...spec },
});
const outcomeOf = (pod: Pod, state: State): Outcome =>
  inject({ pod: pod as unknown as Json, namespace: 'shop' }, state);

function injected(state: State, pod = podWith()): Pod {
  const outcome = outcomeOf(pod, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  return apply(outcome.patch, pod as unknown as Json) as unknown as Pod;
}

/** The paths that another injection changes, or the problems of it. */
function again(pod: Pod, state: State): readonly string[] {
  const outcome = outcomeOf(pod, state);
  return outcome.kind === 'Injected' ? outcome.patch.map(({ path }) => path) : problemsOf(outcome);
}

const withoutSidecars = ({ metadata, spec: { initContainers: _, ...spec } }: Pod): Pod => ({
  metadata,
  spec: { ...spec, containers: spec.containers.filter(({ name }) => name === 'web') },
});

describe.each([
  ['native', builtInState],
  ['classic', classicState],
])('a volume with the name of one of the sidecar, %s', (_, state) => {
  it('is refused where it is one of the app, also if it is of the same kind', () => {
    const own = (name: string) =>
      podWith({
        volumes: [
          { name: 'data', emptyDir: {} },
          { name, emptyDir: {} },
        ],
      });
    expect(again(own('sidecar-git'), state)).toEqual(['volume-name-taken spec.volumes[1].name']);
    expect(again(own('sidecar-git-sa'), state)).toEqual(['volume-name-taken spec.volumes[1].name']);
    expect(again(own('sidecar-git2'), state)).not.toContain('volume-name-taken spec.volumes[1].name');
  });

  it('is refused where the app mounts it at the path of the sidecar', () => {
    const spec = {
      containers: [{ name: 'web', volumeMounts: [{ name: 'sidecar-serve', mountPath: '/data' }] }],
      volumes: [{ name: 'sidecar-serve', emptyDir: {} }],
    };
    expect(again(podWith(spec, { 'sidecar.io/serve-path': '/data' }), state)).toEqual([
      'volume-name-taken spec.volumes[0].name',
    ]);
  });

  it('is the sidecar’s in an injected pod, also without the status', () => {
    const after = injected(state);
    expect(again(after, state)).toEqual(['Unchanged']);
    delete after.metadata.annotations[statusKey];
    expect(again(after, state)).toEqual(['/metadata/annotations/sidecar.io~1status']);
  });

  it('is the sidecar’s where the status names it, whatever became of the containers', () => {
    const left = withoutSidecars(injected(state));
    const changed = again(left, state);
    expect(changed).toContain(state === builtInState ? '/spec/initContainers' : '/spec/containers/-');
    expect(changed.some((path) => path.startsWith('/spec/volumes'))).toBe(false);
    const { [statusKey]: status = '', ...others } = left.metadata.annotations;
    expect(again({ ...left, metadata: { annotations: others } }, state)[0]).toBe(
      'volume-name-taken spec.volumes[0].name',
    );
    const of = (text: string) => again({ ...left, metadata: { annotations: { ...others, [statusKey]: text } } }, state);
    expect(of(status.replace('"sidecar-git",', ''))).toContain('volume-name-taken spec.volumes[0].name');
    expect(of('none')[0]).toBe('volume-name-taken spec.volumes[0].name');
  });

  it('goes with a sidecar of an early version, whose status does not name it', () => {
    const after = injected(state);
    const { added: _, ...status } = JSON.parse(after.metadata.annotations[statusKey] ?? '');
    const early = {
      ...after,
      metadata: { annotations: { ...after.metadata.annotations, [statusKey]: JSON.stringify(status) } },
    };
    expect(again(early, state)).toEqual(['/metadata/annotations/sidecar.io~1status']);
    const pod = early as unknown as Json;
    expect(patched(pod, uninject(pod)?.edits ?? [])).toEqual(podWith());
    const { outcome, removal } = injectAnew({ pod, namespace: 'shop' }, [], state);
    if (outcome.kind !== 'Injected' || !removal) throw new Error(JSON.stringify(outcome));
    expect(apply(outcome.patch, patched(pod, removal.edits) ?? null)).toEqual(after);
  });
});

describe('a container of which the image alone says what it does', () => {
  const state = stateWith({ demo: {} });
  const there = (image: string, annotations = {}) =>
    again(
      podWith({ initContainers: [{ name: 'sidecar-demo', image }] }, { 'sidecar.io/demo': 'true', ...annotations }),
      state,
    );

  it('is the sidecar with the same image, or in a pod that was injected before', () => {
    expect(there('x')).toEqual(['/metadata/annotations/sidecar.io~1status']);
    expect(there('mirror/x', { [statusKey]: '{"sidecars":[]}' })).not.toContain(
      'container-name-taken spec.initContainers[0].name',
    );
  });

  it('is one of the app with another image', () => {
    expect(there('mine')).toEqual(['container-name-taken spec.initContainers[0].name']);
  });
});
