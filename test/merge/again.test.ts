// A pod that comes a second time, and volumes of the app in place of those of a sidecar.
import { describe, expect, it } from 'vitest';
import { inject } from '../../src/engine/inject.ts';
import { classicState } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';
import { addedAt, messagesOf, outcomeFor, problemsOf, stateWith } from './sidecars.ts';

const id = '${ instance.id }';

describe('a pod that has the sidecar in the other form', () => {
  const two = {
    containers: [
      { name: id, args: ['a'] },
      { name: `${id}-b`, args: ['b'] },
    ],
  };
  const native = stateWith({ demo: two });
  const classic = stateWith({ demo: two }, classicState);
  const again = (first: typeof native, second: typeof native, change: (pod: Pod) => void = () => undefined) => {
    const annotations = { 'sidecar.io/demo': 'true' };
    const pod = { metadata: { annotations }, spec: { containers: [{ name: 'web' }] } } as unknown as Pod;
    const outcome = inject({ pod: pod as never, namespace: 'shop' }, first);
    if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
    const after = apply(outcome.patch, pod);
    change(after);
    const next = inject({ pod: after as never, namespace: 'shop' }, second);
    return next.kind === 'Injected' ? next.patch.map(({ path }) => path) : problemsOf(next);
  };
  interface Pod {
    metadata: { annotations: Record<string, string> };
    spec: { containers: { name: string }[]; initContainers?: { name: string; restartPolicy?: string }[] };
  }

  it('keeps it', () => {
    expect(again(native, native)).toEqual(['Unchanged']);
    expect(again(native, classic)).toEqual(['Unchanged']);
    expect(again(classic, native)).toEqual(['Unchanged']);
    expect(again(classic, classic)).toEqual(['Unchanged']);
  });

  it('keeps it where it stands first in its list', () => {
    const turned = ({ spec }: Pod) => void spec.containers.reverse();
    expect(again(classic, native, turned)).toEqual(['Unchanged']);
  });

  it('is not taken for one without the status of an injection', () => {
    const forget = ({ metadata }: Pod) => void delete metadata.annotations['sidecar.io/status'];
    expect(again(native, classic, forget)).toContain('/metadata/annotations/sidecar.io~1status');
    expect(again(native, native, forget)).toEqual(['/metadata/annotations/sidecar.io~1status']);
  });

  it('gets back a container that somebody removed', () => {
    const remove = ({ spec }: Pod) => void spec.initContainers?.pop();
    expect(again(native, native, remove)).toEqual(['/spec/initContainers/-']);
  });
});

describe('a volume of the app', () => {
  const spec = {
    containers: [
      {
        name: id,
        volumeMounts: [
          { name: id, mountPath: '/in' },
          { name: `${id}-own`, mountPath: '/own' },
        ],
      },
      { name: `${id}-b` },
    ],
    volumes: [
      { name: id, emptyDir: {} },
      { name: `${id}-own`, emptyDir: {} },
    ],
    appVolumes: ['emptyDir', 'ephemeral'],
    mounts: [{ name: id, mountPath: '/data' }],
  };
  const state = stateWith({ demo: spec });
  const mounting = (mount: object, volume: object = { emptyDir: {} }) => ({
    containers: [{ name: 'web', volumeMounts: [{ name: 'own', mountPath: '/data', ...mount }] }],
    volumes: [{ name: 'own', ...volume }],
  });

  it.each<[string, object, readonly string[]]>([
    ['at the same path', mounting({}), ['own', 'sidecar-demo-own']],
    ['at the same path with a slash', mounting({ mountPath: '/data/' }), ['own', 'sidecar-demo-own']],
    ['of another kind that is allowed', mounting({}, { ephemeral: {} }), ['own', 'sidecar-demo-own']],
    ['with empty fields', mounting({ subPath: '', subPathExpr: '' }), ['own', 'sidecar-demo-own']],
    ['at another path', mounting({ mountPath: '/data2' }), ['sidecar-demo', 'sidecar-demo-own']],
  ])('%s: the sidecar mounts %j', (_, app, expected) => {
    const outcome = outcomeFor(state, app);
    const [[first]] = addedAt(outcome, '/spec/initContainers') as [[{ volumeMounts: { name: string }[] }]];
    expect(first.volumeMounts.map(({ name }) => name)).toEqual(expected);
    const volumes = expected.filter((name) => name !== 'own');
    expect(addedAt(outcome, '/spec/volumes')).toEqual(volumes.map((name) => ({ name, emptyDir: {} })));
  });

  it.each<[string, object]>([
    ['of a kind that is not allowed', mounting({}, { persistentVolumeClaim: {} })],
    ['with a part of it', mounting({ subPath: 'a' })],
    ['with a computed part of it', mounting({ subPathExpr: '$(A)' })],
    ['that the pod does not have', { containers: mounting({}).containers }],
  ])('%s is in the way', (_, app) => {
    expect(problemsOf(outcomeFor(state, app))).toEqual(["mount-path-taken metadata.annotations['sidecar.io/demo']"]);
  });

  it('is not used by a sidecar that mounts a part of its own', () => {
    for (const part of [{ subPath: 'a' }, { subPathExpr: '$(A)' }]) {
      const parted = stateWith({ demo: { ...spec, mounts: [{ ...spec.mounts[0], ...part }] } });
      expect(problemsOf(outcomeFor(parted, mounting({})))).toEqual([
        "mount-path-taken metadata.annotations['sidecar.io/demo']",
      ]);
    }
  });

  it('is used where only the second of two sidecars can', () => {
    const both = stateWith({ a: {}, demo: spec });
    expect(addedAt(outcomeFor(both, mounting({})), '/spec/volumes')).toEqual([
      { name: 'sidecar-demo-own', emptyDir: {} },
    ]);
  });

  it('is not used where none is allowed', () => {
    const none = stateWith({ demo: { ...spec, appVolumes: [] } });
    expect(problemsOf(outcomeFor(none, mounting({})))).toEqual([
      "mount-path-taken metadata.annotations['sidecar.io/demo']",
    ]);
  });
});

describe('containers that a setting names', () => {
  const state = stateWith({ demo: { env: [{ name: 'A', value: '1' }] } });
  const containers = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `c${i}` }));
  const messages = (names: string, count: number) =>
    messagesOf(
      outcomeFor(state, { containers: containers(count) }, { annotations: { 'sidecar.io/demo-container': names } }),
    );

  it('are compared with those of the pod while these are few', () => {
    const most = 50;
    const list = (count: number) =>
      containers(count)
        .map(({ name }) => name)
        .join(', ');
    expect(messages('d1', most)).toEqual([
      `The pod has no container d1. Did you mean c1? Its containers are: ${list(most)}.`,
    ]);
    expect(messages('d1', most + 1)).toEqual([`The pod has no container d1. Its containers are: ${list(most)}, ….`]);
  });

  it('get a hint up to 64 characters', () => {
    const hint = (length: number) => {
      const named = { containers: [{ name: 'c'.repeat(63) }] };
      const annotations = { 'sidecar.io/demo-container': 'c'.repeat(length) };
      return messagesOf(outcomeFor(state, named, { annotations }))[0]?.includes('Did you mean');
    };
    expect([64, 65].map(hint)).toEqual([true, false]);
  });

  it('are explained one by one, up to a bound', () => {
    const many = Array.from({ length: 60 }, (_, i) => `zzzzzzz${i}`);
    const explained = messages(many.join(), 2).length;
    expect(explained).toBeGreaterThan(1);
    expect(explained).toBeLessThan(60);
    expect(messages(many.slice(0, explained).join(), 2)).toHaveLength(explained);
  });
});
