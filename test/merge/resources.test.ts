// Resources of sidecars in pods that have some of their own, a LimitRange, or a QoS class to lose.
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/core/outcome.ts';
import { builtInState } from '../engine/state.ts';
import { addedAt, outcomeFor, problemsOf, stateWith } from './sidecars.ts';

const id = '${ instance.id }';
const volumes = [{ name: id, emptyDir: {} }];
const resources = { cpu: '10m', memory: '32Mi', memoryLimit: '128Mi' };
const demo = stateWith({ demo: { resources, volumes } });
const classic = stateWith(
  { demo: { resources, containers: [{ name: id, $once: {} }] } },
  { ...builtInState, cluster: { ...builtInState.cluster, nativeSidecars: false } },
);
const usual = { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } };

const settings = (map: Record<string, string>) => ({
  annotations: Object.fromEntries(Object.entries(map).map(([key, value]) => [`sidecar.io/demo-${key}`, value])),
});
const web = (requests: object, limits: object = {}, more: object = {}) => ({
  containers: [{ name: 'web', resources: { requests, limits } }],
  ...more,
});

/** The resources of the first container that the pod gets. */
function resourcesIn(outcome: Outcome, list = 'initContainers'): unknown {
  const [first] = addedAt(outcome, `/spec/${list}`).flat() as { resources?: unknown }[];
  return first?.resources;
}
const warningsIn = (outcome: Outcome) =>
  'warnings' in outcome ? outcome.warnings.map(({ code, message }) => `${message} [${code}]`) : [];

describe('resources of the pod itself', () => {
  const inPod = (requests: object, limits: object, app: object = {}) =>
    web(app, {}, { resources: { requests, limits } });

  it.each<[string, object]>([
    ['no resources', {}],
    ['empty ones', { requests: {}, limits: {} }],
    ['enough', { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } }],
  ])('keep those of a sidecar: %s', (_, own) => {
    const outcome = outcomeFor(demo, web({ memory: '32Mi' }, {}, { resources: own }), settings({ 'cpu-limit': '1' }));
    expect(resourcesIn(outcome)).toEqual({ ...usual, limits: { cpu: '1', memory: '128Mi' } });
    expect(warningsIn(outcome)).toEqual([]);
  });

  it('lower each default that does not fit, and say so', () => {
    const outcome = outcomeFor(demo, inPod({ cpu: '1', memory: '64Mi' }, { memory: '64Mi' }, { memory: '40Mi' }));
    expect(resourcesIn(outcome)).toEqual({ requests: { cpu: '10m', memory: '0' }, limits: { memory: '64Mi' } });
    expect(warningsIn(outcome)).toEqual([
      'spec.resources.limits.memory: the limit of the sidecar demo is 64Mi instead of 128Mi [resources-adapted]',
      'spec.resources.requests.memory: the sidecar demo requests 0 instead of 32Mi, which does not fit beside the other containers [resources-adapted]',
    ]);
  });

  it.each([
    ['9m', '0.009', 'Injected'],
    ['10m', '0.009', 'Refused'],
  ])('with a request of %s, a limit of %s in another form: %s', (cpu, limit, kind) => {
    expect(outcomeFor(demo, web({}), settings({ cpu, 'cpu-limit': limit })).kind).toBe(kind);
  });

  it('refuse a setting that does not fit', () => {
    const pod = inPod({ memory: '64Mi' }, { memory: '64Mi' }, { memory: '40Mi' });
    expect(problemsOf(outcomeFor(demo, pod, settings({ memory: '25Mi', 'memory-limit': '65Mi' })))).toEqual([
      "pod-resources-exceeded metadata.annotations['sidecar.io/demo-memory-limit']",
      "pod-resources-exceeded metadata.annotations['sidecar.io/demo-memory']",
    ]);
    const exact = outcomeFor(demo, pod, settings({ memory: '24Mi', 'memory-limit': '64Mi' }));
    expect(resourcesIn(exact)).toMatchObject({ requests: { memory: '24Mi' }, limits: { memory: '64Mi' } });
    expect(warningsIn(exact)).toEqual([]);
  });

  it('count what the API server fills in where only limits are set', () => {
    // The requests of the containers together, which leave nothing for a sidecar.
    expect(resourcesIn(outcomeFor(demo, inPod({}, { memory: '1Gi' }, { memory: '40Mi' })))).toMatchObject({
      requests: { cpu: '10m', memory: '0' },
    });
    // The limit, where no container requests anything.
    expect(resourcesIn(outcomeFor(demo, inPod({}, { memory: '1Gi' })))).toMatchObject({ requests: { memory: '32Mi' } });
    expect(resourcesIn(outcomeFor(demo, inPod({}, { 'hugepages-2Mi': '4Mi' }, { memory: '40Mi' })))).toEqual({
      requests: { cpu: '10m', memory: '0' },
      limits: { memory: '128Mi' },
    });
    // No limits: nothing is filled in.
    expect(resourcesIn(outcomeFor(demo, inPod({ cpu: '1' }, {}, { memory: '40Mi' })))).toEqual(usual);
  });

  it('are shared by sidecars one after the other', () => {
    const two = stateWith({ a: { resources }, b: { resources } });
    const pod = inPod({ memory: '100Mi' }, {}, { memory: '50Mi' });
    const all = addedAt(outcomeFor(two, pod), '/spec/initContainers').flat();
    expect(all).toMatchObject([
      { resources: { requests: { memory: '32Mi' } } },
      { resources: { requests: { memory: '0' } } },
    ]);
  });

  it('count fractions as exact numbers', () => {
    const pod = inPod({ cpu: '0.3' }, {}, { cpu: '100m' });
    expect(resourcesIn(outcomeFor(demo, pod, settings({ cpu: '200m' })))).toMatchObject({ requests: { cpu: '200m' } });
    expect(problemsOf(outcomeFor(demo, pod, settings({ cpu: '201m' })))).toEqual([
      "pod-resources-exceeded metadata.annotations['sidecar.io/demo-cpu']",
    ]);
  });

  it('count init containers that end only while they run, and native sidecars all the time', () => {
    const inits = (restartPolicy?: string) => [
      { name: 'init', resources: { requests: { memory: '60Mi' } }, ...(restartPolicy ? { restartPolicy } : {}) },
    ];
    const pod = (initContainers: object[]) => ({
      ...inPod({ memory: '64Mi' }, {}, { memory: '20Mi' }),
      initContainers,
    });
    const late = (spec: object) => outcomeFor(demo, spec);
    expect(addedAt(late(pod(inits())), '/spec/initContainers')).toMatchObject([
      { resources: { requests: { memory: '32Mi' } } },
    ]);
    expect(addedAt(late(pod(inits('Always'))), '/spec/initContainers')).toMatchObject([
      { resources: { requests: { memory: '0' } } },
    ]);
    const early = stateWith({ demo: { resources, order: { initContainers: 'before' } } });
    expect(addedAt(outcomeFor(early, pod(inits())), '/spec/initContainers/0')).toMatchObject([
      { resources: { requests: { memory: '0' } } },
    ]);
  });

  it('count a container that runs once beside native sidecars only', () => {
    const pod = inPod({ memory: '64Mi' }, {}, { memory: '50Mi' });
    const outcome = outcomeFor(classic, pod);
    expect(resourcesIn(outcome)).toMatchObject({ requests: { memory: '32Mi' } });
    expect(resourcesIn(outcome, 'containers')).toMatchObject({ requests: { memory: '0' } });
  });
});

describe('a LimitRange', () => {
  const ranged = (set: string, requests: object, limits: object) => [
    web(requests, limits),
    { annotations: { 'kubernetes.io/limit-ranger': `LimitRanger plugin set: ${set}` } },
  ];
  const outcomeIn = (...[spec, metadata]: object[]) => outcomeFor(demo, spec, metadata);

  it('gives sidecars its defaults at once, so that the API server has nothing to add', () => {
    const set = 'cpu, ephemeral-storage request for container web; cpu, memory limit for container web';
    const app = [
      { cpu: '50m', 'ephemeral-storage': '1Gi' },
      { cpu: '200m', memory: '64Mi' },
    ] as const;
    const outcome = outcomeIn(...ranged(set, ...app));
    expect(resourcesIn(outcome)).toEqual({
      requests: { cpu: '10m', memory: '32Mi', 'ephemeral-storage': '1Gi' },
      limits: { memory: '128Mi', cpu: '200m' },
    });
    expect(warningsIn(outcome)).toEqual([]);
  });

  it('with a default below the request gets a limit that is the request', () => {
    const outcome = outcomeIn(...ranged('cpu limit for init container web', {}, { cpu: '5m' }));
    expect(resourcesIn(outcome)).toMatchObject({ requests: { cpu: '10m' }, limits: { cpu: '10m' } });
    expect(warningsIn(outcome)).toEqual([
      "metadata.annotations['kubernetes.io/limit-ranger']: the default limit of the namespace for cpu, 5m, is below the request of the sidecar demo, so its limit is 10m [resources-adapted]",
    ]);
  });

  it('with a default request above the limit gets a request that is the limit', () => {
    const limited = stateWith({ demo: { resources: { ...resources, ephemeralStorageLimit: '10Mi' } } });
    const set = ranged('ephemeral-storage request for container web', { 'ephemeral-storage': '20Mi' }, {});
    expect(resourcesIn(outcomeFor(limited, ...(set as [object, object])))).toMatchObject({
      requests: { 'ephemeral-storage': '10Mi' },
      limits: { 'ephemeral-storage': '10Mi' },
    });
  });

  it.each(['nonsense', 'cpu limit for container other', 'disk limit for container web', ''])(
    'is nothing that the annotation %j could say',
    (set) => expect(resourcesIn(outcomeIn(...ranged(set, {}, { cpu: '5m' })))).toEqual(usual),
  );
});

describe('a Guaranteed pod', () => {
  const equal = { cpu: '100m', memory: '1Gi' };
  const lost = (outcome: Outcome) => warningsIn(outcome).filter((text) => text.includes('no-longer-guaranteed'));

  it('gets a warning that names the settings that keep it so', () => {
    expect(lost(outcomeFor(demo, web(equal, equal)))).toEqual([
      `metadata.annotations['sidecar.io/demo']: with the sidecar demo, the pod is Burstable and no longer Guaranteed. To keep it Guaranteed, set sidecar.io/demo-cpu-limit: "10m" and sidecar.io/demo-memory: "128Mi" [no-longer-guaranteed]`,
    ]);
    const kept = settings({ 'cpu-limit': '10m', memory: '128Mi' });
    expect(lost(outcomeFor(demo, web(equal, equal), kept))).toEqual([]);
    expect(lost(outcomeFor(demo, web({}, equal)))).toHaveLength(1);
  });

  it('that no setting keeps so says that the template decides', () => {
    const containers = [{ name: id, resources: { requests: { cpu: '1' } } }];
    expect(lost(outcomeFor(stateWith({ demo: { containers } }), web(equal, equal)))).toEqual([
      expect.stringContaining('its template must set equal requests and limits'),
    ]);
  });

  it.each<[string, object]>([
    ['a Burstable pod', web({ cpu: '100m', memory: '1Gi' }, { cpu: '200m', memory: '1Gi' })],
    ['a pod without limits', web(equal)],
    ['a pod with zero limits', web({ cpu: '0', memory: '0' }, { cpu: '0', memory: '0' })],
    ['a pod whose own resources decide', web(equal, equal, { resources: { limits: equal, requests: equal } })],
    ['a pod with an init container without limits', { ...web(equal, equal), initContainers: [{ name: 'init' }] }],
  ])('is not %s', (_, spec) => expect(lost(outcomeFor(demo, spec))).toEqual([]));
});

describe('ephemeral storage', () => {
  const storage = { 'ephemeral-storage': '1Gi' };
  const shared = (outcome: Outcome) => warningsIn(outcome).filter((text) => text.includes('ephemeral-storage-shared'));

  it('is set by parameters', () => {
    const set = settings({ 'ephemeral-storage': '1Gi', 'ephemeral-storage-limit': '2Gi' });
    expect(resourcesIn(outcomeFor(demo, web({}, storage), set))).toEqual({
      requests: { ...usual.requests, 'ephemeral-storage': '1Gi' },
      limits: { ...usual.limits, 'ephemeral-storage': '2Gi' },
    });
    const low = settings({ 'ephemeral-storage': '2Gi', 'ephemeral-storage-limit': '1Gi' });
    expect(problemsOf(outcomeFor(demo, {}, low))).toEqual([
      "parameters-disagree metadata.annotations['sidecar.io/demo-ephemeral-storage-limit']",
    ]);
  });

  it('of a sidecar without a limit counts against the app', () => {
    expect(shared(outcomeFor(demo, web({}, storage)))).toEqual([
      "metadata.annotations['sidecar.io/demo']: the files of the sidecar demo count against the ephemeral-storage limit of the app. Set sidecar.io/demo-ephemeral-storage-limit [ephemeral-storage-shared]",
    ]);
    const inMemory = stateWith({ demo: { volumes: [{ name: id, emptyDir: { medium: 'Memory' } }] } });
    expect(shared(outcomeFor(inMemory, web({}, storage)))).toEqual([]);
    expect(shared(outcomeFor(demo, web({})))).toEqual([]);
  });

  it('of an app without a limit counts against the sidecar', () => {
    const limit = settings({ 'ephemeral-storage-limit': '1Gi' });
    expect(shared(outcomeFor(demo, web({}), limit))).toEqual([
      "metadata.annotations['sidecar.io/demo']: the ephemeral-storage-limit of the sidecar demo is the limit of the whole pod, because no container of the app has one. Set limits of ephemeral-storage there too [ephemeral-storage-shared]",
    ]);
    expect(shared(outcomeFor(demo, web({}, storage), limit))).toEqual([]);
  });
});

describe('the size of volumes', () => {
  const size = settings({ size: '1Gi' });

  it('is that of each emptyDir without one of its own', () => {
    const own = { name: '${ instance.id }-own', emptyDir: { medium: 'Memory', sizeLimit: '4Mi' } };
    const secret = { name: '${ instance.id }-secret', secret: { secretName: 's' } };
    const state = stateWith({ demo: { volumes: [...volumes, own, secret] } });
    expect(addedAt(outcomeFor(state, {}, size), '/spec/volumes')).toEqual([
      [
        { name: 'sidecar-demo', emptyDir: { sizeLimit: '1Gi' } },
        { name: 'sidecar-demo-own', emptyDir: { medium: 'Memory', sizeLimit: '4Mi' } },
        { name: 'sidecar-demo-secret', secret: { secretName: 's' } },
      ],
    ]);
  });

  it('is no parameter of a sidecar without an emptyDir', () => {
    expect(problemsOf(outcomeFor(stateWith({ demo: {} }), {}, size))).toEqual([
      "unknown-annotation metadata.annotations['sidecar.io/demo-size']",
    ]);
  });

  it('has no effect on a volume of the app, and a warning says so', () => {
    const mounts = [{ name: id, mountPath: '/data' }];
    const state = stateWith({ demo: { volumes, mounts, appVolumes: ['emptyDir'] } });
    const app = {
      containers: [{ name: 'web', volumeMounts: [{ name: 'own', mountPath: '/data' }] }],
      volumes: [{ name: 'own', emptyDir: {} }],
    };
    expect(warningsIn(outcomeFor(state, app, size))).toEqual([
      "metadata.annotations['sidecar.io/demo-size'] has no effect on the volume of the app, which the sidecar demo uses instead of its own [no-effect]",
    ]);
    expect(warningsIn(outcomeFor(state, app))).toEqual([]);
    expect(warningsIn(outcomeFor(state, {}, size))).toEqual([]);
  });
});
