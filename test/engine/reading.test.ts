// Templates whose expressions read the pod or its namespace.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { Pod } from '../../src/core/objects.ts';
import { planFor } from '../../src/engine/cache.ts';
import { inject } from '../../src/engine/inject.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import type { State } from '../../src/state/state.ts';
import { apply } from '../laws/weave.ts';
import { builtInState } from './state.ts';

const read = (args: readonly string[], kind: string, spec: object = {}) => ({
  apiVersion: 'sidecar.io/v1alpha1',
  kind,
  metadata: { name: 'eye', uid: 'u', generation: 1, ...(kind === 'SidecarTemplate' ? { namespace: 'shop' } : {}) },
  spec: {
    ...{ summary: 'x', failurePolicy: 'Ignore', image: 'x' },
    ...{ containers: [{ name: '${ instance.id }', args, securityContext: { runAsUser: 1 } }], ...spec },
  },
});
const labels = { 'example.com/team': 'blue' };
const namespaces = [{ name: 'shop', annotations: { note: 'x' }, labels }];

/** The state of a cluster whose catalog has the sidecar `eye`, which has these arguments. */
function stateWith(args: readonly string[], spec: object = {}, kind = 'ClusterSidecarTemplate'): State {
  const { state, verdicts } = createClusterState(builtInState)(namespaces, [read(args, kind, spec)]);
  for (const { ready, message } of verdicts.values()) if (!ready) throw new Error(message);
  return state;
}

const eye = { 'sidecar.io/eye': 'true' };
const podWith = (metadata: object = {}, containers: readonly object[] = [{ name: 'web' }]) =>
  ({ metadata: { annotations: eye, ...metadata }, spec: { containers } }) as unknown as Pod;

function call(pod: Pod, state: State) {
  const outcome = inject({ pod, namespace: 'shop' }, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  const after: Pod = apply(outcome.patch, pod);
  const all = [...(after.spec.initContainers ?? []), ...after.spec.containers];
  return { after, args: all.find(({ name }) => name === 'sidecar-eye')?.args };
}

describe('an expression sees', () => {
  it('what the pod is called, with the namespace of the request where the pod names none', () => {
    const state = stateWith(['${ pod.metadata.name }/${ pod.metadata.generateName }/${ pod.metadata.namespace }']);
    expect(call(podWith({ generateName: 'web-' }), state).args).toEqual(['/web-/shop']);
    expect(call(podWith({ name: 'web-0', namespace: 'shop' }), state).args).toEqual(['web-0//shop']);
  });

  it('the containers of the app, and no sidecar among them', () => {
    const names = '${ pod.containers.map(c, c.name + "=" + c.image).join(" ") }';
    const classic = {
      ...eye,
      'sidecar.io/eye-native': 'false',
      'sidecar.io/topz': 'true',
      'sidecar.io/topz-native': 'false',
    };
    const pod = podWith({ annotations: classic }, [{ name: 'web', image: 'a' }, { name: 'log' }]);
    const { after, args } = call(pod, stateWith([names]));
    expect(args).toEqual(['web=a log=']);
    expect(after.spec.containers).toHaveLength(4);
    expect(inject({ pod: after, namespace: 'shop' }, stateWith([names])).kind).toBe('Unchanged');
  });

  it('ports with the defaults of the API server', () => {
    const state = stateWith([
      '${ pod.containers[0].ports.map(p, p.protocol + p.name + string(p.containerPort)).join() }',
    ]);
    expect(call(podWith({}, [{ name: 'web', ports: [{ containerPort: 80 }] }]), state).args).toEqual(['TCP80']);
  });

  it('annotations of the user, not those that sidecars bring', () => {
    const size = '${ pod.metadata.annotations.map(k, k).join(" ") }';
    const state = stateWith([size], { annotations: { 'example.com/port': '1' }, files: [{ name: 'a', text: 'b' }] });
    const pod = podWith({ annotations: { ...eye, 'example.com/port': '1', own: 'x' } });
    expect(call(pod, state).args).toEqual(['own sidecar.io/eye']);
  });

  it('the namespace, with the label that each has', () => {
    const key = '"example.com/team"';
    const team = `\${ namespaceObject.metadata.name + (${key} in namespaceObject.metadata.labels ? namespaceObject.metadata.labels[${key}] : "") }`;
    const state = stateWith([team, '${ string(size(namespaceObject.metadata.labels)) }']);
    expect(call(podWith(), state).args).toEqual(['shopblue', '2']);
    expect(call(podWith(), stateWith([team], {}, 'SidecarTemplate')).args).toEqual(['shopblue']);
  });

  it('all that in the default of a parameter and in a validation', () => {
    const parameters = [{ name: 'p', type: 'string', default: '${ pod.containers[0].name }', description: 'x' }];
    const validations = [{ rule: "${ pod.metadata.namespace != 'bad' }", parameter: 'p', message: 's', fix: 'f' }];
    const state = stateWith(['${ params.p }'], { parameters, validations });
    expect(call(podWith(), state).args).toEqual(['web']);
    expect(inject({ pod: podWith({ namespace: 'bad' }), namespace: 'shop' }, state)).toMatchObject({
      problems: [{ code: 'parameters-disagree', message: 's' }],
    });
  });
});

describe('a sidecar that reads the pod', () => {
  const state = stateWith(['${ pod.containers.map(c, c.name).join() + string(size(pod.metadata.labels)) }']);

  it('is left as it is when another webhook changes the pod between two calls', () => {
    const { after } = call(podWith(), state);
    const containers = [{ name: 'mesh' }, ...after.spec.containers];
    const meshed = {
      ...after,
      metadata: { ...after.metadata, labels: { mesh: 'on' } },
      spec: { ...after.spec, containers },
    };
    expect(inject({ pod: meshed as Pod, namespace: 'shop' }, state).kind).toBe('Unchanged');
  });

  it.each(['auto', 'true', 'false'])(
    'is left as it is when a replica knows the cluster otherwise (native: %s)',
    (native) => {
      const state = stateWith(['${ cluster.version }', '${ string(cluster.nativeSidecars) }']);
      const other = { ...state, cluster: { version: '1.35.0', nativeSidecars: false, assignsUsers: false } };
      const pod = podWith({ annotations: { ...eye, 'sidecar.io/eye-native': native } });
      const { after, args } = call(pod, state);
      expect(args).toEqual(['1.36.3', 'true']);
      expect(inject({ pod: after, namespace: 'shop' }, other).kind).toBe('Unchanged');
    },
  );

  it('is no problem where its template fails on what another webhook has made of the pod', () => {
    const parameters = [
      { name: 'app', type: 'string', default: "${ ['web'][pod.containers.size() - 1] }", description: 'x' },
    ];
    const validations = [{ rule: '${ pod.containers.size() < 3 }', parameter: 'app', message: 's', fix: 'f' }];
    const strict = stateWith(['${ params.app }'], { parameters, validations });
    const { after } = call(podWith(), strict);
    for (const added of [[{ name: 'mesh' }], [{ name: 'mesh' }, { name: 'other' }]]) {
      const meshed = { ...after, spec: { ...after.spec, containers: [...added, ...after.spec.containers] } };
      expect(inject({ pod: meshed as Pod, namespace: 'shop' }, strict).kind).toBe('Unchanged');
      const bare = { ...meshed, spec: { containers: meshed.spec.containers } };
      expect(inject({ pod: bare as Pod, namespace: 'shop' }, strict).kind).toBe('Refused');
    }
  });

  it('is not taken for there because a container of the user has its name', () => {
    const pod = podWith({}, [{ name: 'web' }, { name: 'sidecar-eye' }]);
    expect(inject({ pod, namespace: 'shop' }, state)).toMatchObject({ problems: [{ code: 'container-name-taken' }] });
  });

  it('whose expression fails on a pod is a problem of the pod', () => {
    const second = stateWith(['${ size(pod.containers) > 1 ? pod.containers[5].name : "" }']);
    const outcome = inject({ pod: podWith({}, [{ name: 'a' }, { name: 'b' }]), namespace: 'shop' }, second);
    expect(outcome).toMatchObject({ kind: 'Refused', problems: [{ code: 'template-failed' }] });
  });

  it('of a namespace reads no more than an expression can bear', () => {
    const args = ['${ pod.metadata.annotations.map(k, k + k).join() }'];
    const pod = podWith({ annotations: { ...eye, long: 'x'.repeat(20_000) } });
    const outcome = inject({ pod, namespace: 'shop' }, stateWith(args, {}, 'SidecarTemplate'));
    expect(outcome).toMatchObject({
      problems: [{ code: 'template-failed', message: expect.stringContaining('16384') }],
    });
    expect(call(pod, stateWith(args)).args).toEqual(['longlongsidecar.io/eyesidecar.io/eye']);
  });
});

describe('plans', () => {
  const layers = [{ kind: 'pod' as const, annotations: eye }];
  const plan = (state: State, pod: Pod) =>
    planFor({
      layers,
      state,
      catalog: state.catalog,
      policies: [],
      subject: { pod, namespace: 'shop', labels, annotations: {} },
    });

  it('are remembered when they are asked for again, not before', () => {
    const state = stateWith(['x']);
    const [first, second, third] = [1, 2, 3].map(() => plan(state, podWith()));
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
    expect(third).toBe(second);
  });

  it('are the same for pods that are alike in what is read, and only for them', () => {
    const state = stateWith(['${ pod.metadata.generateName }', '${ pod.containers[0].name }']);
    plan(state, podWith({ generateName: 'a-' }));
    const first = plan(state, podWith({ generateName: 'a-', labels: { x: '1' } }));
    expect(plan(state, podWith({ generateName: 'a-', labels: { x: '2' } }))).toBe(first);
    expect(plan(state, podWith({ generateName: 'b-' }))).not.toBe(first);
    expect(plan(state, podWith({ generateName: 'a-' }, [{ name: 'app' }]))).not.toBe(first);
    expect(plan(state, podWith({ generateName: 'a-' }))).toBe(first);
  });

  it('are the same for all pods where nothing is read', () => {
    const state = stateWith(['x']);
    plan(state, podWith());
    expect(plan(state, podWith({ name: 'a' }))).toBe(plan(state, podWith({ name: 'b' }, [{ name: 'app' }])));
  });

  it('stay right when more pods come than are remembered', () => {
    const state = stateWith(['${ pod.metadata.name }']);
    for (const round of [1, 2]) {
      for (let i = 0; i < 600; i++) expect(call(podWith({ name: `p${i}` }), state).args, `${round}`).toEqual([`p${i}`]);
    }
  });
});

it('labels of a namespace count where a template reads them, and are not kept where none does', () => {
  const plain = createClusterState(builtInState)(namespaces, []).state;
  expect(plain.namespaces.size).toBe(0);
  const annotations: JsonObject = { 'sidecar.io/topz': 'true' };
  expect(inject({ pod: podWith({ annotations }), namespace: 'shop' }, plain).kind).toBe('Injected');
});
