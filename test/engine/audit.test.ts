// What a stored pod has against what it would get today.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { original } from '../../src/cli/cluster/live-pods.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { auditPod } from '../../src/engine/audit/audit-pod.ts';
import type { Finding } from '../../src/engine/audit/finding.ts';
import { isSameImage } from '../../src/engine/audit/image.ts';
import { inject } from '../../src/engine/inject.ts';
import { selectorOf } from '../../src/policy/selector.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import type { State } from '../../src/state/state.ts';
import { apply } from '../laws/weave.ts';
import { policyObject } from '../policy/policy.ts';
import { builtInState, classicState } from './state.ts';

const topz = { 'sidecar.io/topz': 'true' };
const git = { 'sidecar.io/git-repo': 'https://git.example.com/a.git' };
const podWith = (annotations: Record<string, string>) => ({
  metadata: { name: 'web', annotations },
  spec: { containers: [{ name: 'web', image: 'web' }] },
});

/** The pod as it is stored after its injection. */
function injected(pod: Json, state = builtInState): JsonObject {
  const outcome = inject({ pod, namespace: 'shop' }, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  return JSON.parse(JSON.stringify(apply(outcome.patch, pod)));
}

function audited(stored: JsonObject, state: State = builtInState, more: object = {}): readonly Finding[] {
  return auditPod({ pod: original(stored), stored, namespace: 'shop', ...more }, state);
}

/** The pod with topz, after a change of its JSON. */
function topzAfter(change: (text: string) => string): JsonObject {
  return JSON.parse(change(JSON.stringify(injected(podWith(topz)))));
}

describe('nothing is found', () => {
  it('in a pod that asks for nothing', () => expect(audited(podWith({}))).toEqual([]));

  it('in a pod that names its own container like a sidecar', () => {
    const { metadata } = podWith({});
    expect(audited({ metadata, spec: { containers: [{ name: 'sidecar-proxy', image: 'proxy' }] } })).toEqual([]);
  });

  const pods = readdirSync('examples')
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(`examples/${file}`, 'utf8')).map((each) => [file, each.toJS()]))
    .flatMap(([file, { kind, metadata, spec }]) =>
      kind === 'Pod' ? [[file, { metadata, spec }]] : kind === 'Deployment' ? [[file, spec.template]] : [],
    );
  it.each(pods)('in the pod of %s, as it was injected', (_, pod) => {
    for (const state of [builtInState, classicState]) expect(audited(injected(pod, state), state)).toEqual([]);
  });

  it('where the API server has injected what a policy requires, without a status', () => {
    const labels = { team: 'shop' };
    const required = policyObject('p', { require: [{ sidecar: 'topz' }] });
    const { state } = createClusterState(builtInState)([{ name: 'shop', annotations: {}, labels }], [], [required]);
    const { spec } = injected(podWith({}), state);
    const stored: JsonObject = { metadata: { name: 'web' }, ...(spec === undefined ? {} : { spec }) };
    expect(JSON.stringify(stored)).toContain('sidecar-topz');
    expect(audited(stored, state)).toEqual([]);
    expect(audited(JSON.parse(JSON.stringify(stored).replace('--addr=', '--other=')), state)).not.toEqual([]);
  });

  it('where another webhook has changed resources and the registry', () => {
    const stored = topzAfter((text) => text.replace(/"image":"[^"]*\/([^"/]+)"/g, '"image":"mirror.example.com/a/$1"'));
    expect(JSON.stringify(stored)).toContain('mirror.example.com/a/');
    expect(audited(stored)).toEqual([]);
  });
});

describe('it is found that', () => {
  it('a sidecar is missing', () => {
    const source = "metadata.annotations['sidecar.io/topz']";
    expect(audited(podWith(topz))).toEqual([{ kind: 'missing', sidecar: 'topz', source, was: false }]);
    const stored = injected(podWith({ ...topz, ...git }));
    const lost = { ...stored, spec: { containers: [{ name: 'web', image: 'web' }] } };
    expect(audited(lost)).toMatchObject([
      { kind: 'missing', sidecar: 'git', was: true },
      { kind: 'missing', sidecar: 'topz', was: true },
    ]);
  });

  it('the workload asks for it, or no longer does', () => {
    const workload = { annotations: topz };
    expect(audited(podWith({}), builtInState, { workload })).toMatchObject([{ kind: 'missing', sidecar: 'topz' }]);
    const carrying = injected(podWith({ 'sidecar.io/from-workload': '{"topz":"true"}' }));
    expect(audited(carrying)).toEqual([]);
    expect(audited(carrying, builtInState, { workload: { annotations: {} } })).toEqual([
      { kind: 'extra', sidecar: 'topz' },
    ]);
  });

  it('the namespace sets it otherwise today, or in the other form', () => {
    const stored = injected(podWith(topz));
    const annotations = { 'sidecar.io/topz-port': '21999' };
    const state = { ...builtInState, namespaces: new Map([['shop', { annotations }]]) };
    expect(audited(stored, state)).toEqual([{ kind: 'outdated', sidecar: 'topz', images: [] }]);
    expect(audited(stored, classicState)).toEqual([{ kind: 'outdated', sidecar: 'topz', images: [] }]);
    expect(audited(stored, classicState, { comparesTemplates: false })).toEqual([]);
  });

  it('the injector has another image', () => {
    const state = { ...builtInState, injector: { ...builtInState.injector, image: 'example.com/injector:9' } };
    expect(audited(injected(podWith(topz)), state)).toEqual([
      {
        ...{ kind: 'outdated', sidecar: 'topz' },
        images: [{ container: 'sidecar-topz', from: builtInState.injector.image, to: 'example.com/injector:9' }],
      },
    ]);
  });

  it('somebody set another image', () => {
    const stored = topzAfter((text) => text.replace(builtInState.injector.image, 'example.com/mine:1'));
    const images = [{ container: 'sidecar-topz', from: 'example.com/mine:1', to: builtInState.injector.image }];
    expect(audited(stored)).toEqual([{ kind: 'image', sidecar: 'topz', images }]);
  });

  it('arguments, files or the status were changed', () => {
    const port = topzAfter((text) => text.replace(/--addr=[^"]*/, '--addr=:1'));
    expect(audited(port)).toEqual([{ kind: 'changed', sidecar: 'topz', fields: ['sidecar-topz.args'] }]);
    const files = injected(podWith({ 'sidecar.io/https-secret': 'web-tls', 'sidecar.io/https-target': '8080' }));
    const text = JSON.stringify(files);
    const key = /files\.sidecar\.io\/[^"]+/.exec(text)?.[0] ?? '';
    const edited = JSON.parse(JSON.stringify(files, (name, value) => (name === key ? 'mine' : value)));
    expect(audited(edited)).toEqual([
      { kind: 'changed', sidecar: 'https', fields: [`metadata.annotations['${key}']`] },
    ]);
    const bare = topzAfter((text) => text.replace('"sidecar.io/status"', '"other"'));
    expect(audited(bare)).toEqual([
      { kind: 'changed', sidecar: 'topz', fields: ["metadata.annotations['sidecar.io/status']"] },
    ]);
  });

  it('nothing asks for it', () => {
    expect(audited(topzAfter((text) => text.replace('"sidecar.io/topz":"true"', '"a":"b"')))).toEqual([
      { kind: 'extra', sidecar: 'topz' },
    ]);
  });

  it('it would be refused', () => {
    const stored = topzAfter((text) =>
      text.replace('"sidecar.io/topz":', '"sidecar.io/topz-port":"80","sidecar.io/topz":'),
    );
    expect(audited(stored)).toMatchObject([{ kind: 'refused', problems: [{ code: 'bad-port' }] }]);
  });

  it('a new pod would have none either, since the API server does not call the injector', () => {
    const entry = (values: string[]) => ({
      ...{ name: 'pods.sidecar.io', failurePolicy: 'Fail', pods: [], conditions: [] },
      namespaces: selectorOf({
        matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values }],
      }),
    });
    const calls = (...excluded: string[]) => ({
      calls: { registration: { entries: [entry(excluded)] }, namespace: undefined },
    });
    expect(audited(podWith(topz), builtInState, calls('shop'))).toEqual([{ kind: 'unreached', sidecar: 'topz' }]);
    expect(audited(podWith(topz), builtInState, calls('other'))).toMatchObject([{ kind: 'missing' }]);
  });
});

it.each<[string, string, boolean]>([
  ['topz:1', 'docker.io/library/topz:1', true],
  ['example.com:5000/a/topz:1', 'mirror.example.com/topz:1', true],
  ['topz', 'topz:latest', true],
  ['topz:1', 'topz:1@sha256:aa', true],
  ['topz:1', 'topz@sha256:aa', true],
  ['topz:1@sha256:aa', 'topz:1@sha256:bb', false],
  ['topz:1', 'topz:2', false],
  ['topz:1', 'topz', false],
  ['topz:1', 'git:1', false],
])('the images %s and %s: %s', (a, b, same) => {
  expect(isSameImage(a, b)).toBe(same);
  expect(isSameImage(b, a)).toBe(same);
});

describe('at the edges of an audit', () => {
  const policyFor = (spec: object) => {
    const required = policyObject('p', { require: [{ sidecar: 'topz' }], ...spec });
    return createClusterState(builtInState)(
      [{ name: 'shop', annotations: {}, labels: { team: 'shop' } }],
      [],
      [required],
    ).state;
  };

  it('a pod that says something itself is not one that the API server has injected', () => {
    const state = policyFor({});
    const { spec } = injected(podWith({}), state);
    const stored = (annotations: JsonObject): JsonObject => ({
      metadata: { name: 'web', annotations },
      ...(spec && { spec }),
    });
    const changed = { kind: 'changed', sidecar: 'topz', fields: ["metadata.annotations['sidecar.io/status']"] };
    expect(audited(stored({ 'example.com/a': 'b' }), state)).toEqual([]);
    expect(audited(stored({ 'sidecar.io/topz-port': '21080' }), state)).toEqual([changed]);
  });

  it('an instance is named by its containers', () => {
    const bare = (stored: JsonObject) => JSON.parse(JSON.stringify(stored).replace('"sidecar.io/status"', '"a"'));
    const docs = bare(injected(podWith({ 'sidecar.io/topz.docs': 'true' })));
    expect(audited(docs)).toMatchObject([{ kind: 'changed', sidecar: 'topz-docs' }]);
    const spec = { containers: [{ name: 'my-sidecar-topz-a', image: 'x' }] };
    expect(audited({ metadata: { name: 'web' }, spec })).toEqual([]);
  });

  it('one container of two is missing, or still there', () => {
    const both = injected(podWith(git), classicState);
    const { containers, initContainers } = both.spec as { containers: { name: string }[]; initContainers: object[] };
    expect([initContainers.length, containers.length]).toEqual([1, 2]);
    const lacking = { ...both, spec: { containers } };
    expect(audited(lacking, classicState)).toMatchObject([{ kind: 'missing', sidecar: 'git', was: true }]);
    const status = (both.metadata as { annotations: JsonObject }).annotations['sidecar.io/status'] ?? null;
    const unasked = { metadata: { name: 'web', annotations: { 'sidecar.io/status': status } }, spec: { containers } };
    expect(audited(unasked, classicState)).toEqual([{ kind: 'extra', sidecar: 'git' }]);
  });

  it('what is not about the sidecar itself is no finding, and each field and file is named', () => {
    const changed = topzAfter((text) =>
      text.replace('"name":"sidecar-topz"', '"name":"sidecar-topz","tty":true,"livenessProbe":{}'),
    );
    expect(audited(changed)).toEqual([]);
    const more = topzAfter((text) =>
      text
        .replace(/--addr=[^"]*/, '--addr=:1')
        .replace('"name":"sidecar-topz"', '"name":"sidecar-topz","command":["x"]'),
    );
    expect(audited(more)).toEqual([{ kind: 'changed', sidecar: 'topz', fields: ['sidecar-topz.args'] }]);
    const https = { 'sidecar.io/https-secret': 'web-tls', 'sidecar.io/https-target': '8080' };
    const instance = {
      'sidecar.io/https-secret.b': 'tls',
      'sidecar.io/https-target.b': '8081',
      'sidecar.io/https-port.b': '9443',
    };
    const files = injected(podWith({ ...https, ...instance }));
    const annotations = (files.metadata as { annotations: JsonObject }).annotations;
    const key = Object.keys(annotations).find((each) => each.startsWith('files.sidecar.io/sidecar-https-b.')) ?? '';
    const edited = { ...files, metadata: { name: 'web', annotations: { ...annotations, [key]: 'mine' } } };
    expect(audited(edited)).toEqual([
      { kind: 'changed', sidecar: 'https.b', fields: [`metadata.annotations['${key}']`] },
    ]);
  });

  it('the API server is asked with what the workload carries today, by the entry that is for it', () => {
    const entry = (conditions: string[]) => ({
      ...{ name: 'pods.sidecar.io', failurePolicy: 'Fail', pods: [], namespaces: [], conditions },
    });
    const carries = `has(object.metadata.annotations) && 'sidecar.io/from-workload' in object.metadata.annotations`;
    const calls = (...entries: object[]) => ({ calls: { registration: { entries }, namespace: undefined } });
    const workload = { annotations: topz };
    for (const pod of [podWith({}), podWith({ 'sidecar.io/from-workload': '{"topz":"false"}', a: 'b' })])
      expect(audited(pod, builtInState, { workload, ...calls(entry([carries])) })).toMatchObject([{ kind: 'missing' }]);
    const gone = injected(podWith({ 'sidecar.io/from-workload': '{"topz":"true"}' }));
    const unasked = { workload: { annotations: {} }, ...calls(entry([carries])) };
    expect(audited(gone, builtInState, unasked)).toEqual([{ kind: 'extra', sidecar: 'topz' }]);
    expect(audited(podWith(topz), builtInState, calls(entry([carries])))).toEqual([
      { kind: 'unreached', sidecar: 'topz' },
    ]);
    expect(audited(podWith(topz), builtInState, calls(entry(['false']), entry([])))).toMatchObject([
      { kind: 'missing' },
    ]);
    const other = { ...builtInState, injector: { ...builtInState.injector, image: 'other:1' } };
    expect(audited(injected(podWith(topz)), other, calls(entry(['false'])))).toEqual([
      { kind: 'unreached', sidecar: 'topz' },
    ]);
    const mine = topzAfter((text) => text.replace(builtInState.injector.image, 'mine:1'));
    expect(audited(mine, builtInState, calls(entry(['false'])))).toEqual([{ kind: 'unreached', sidecar: 'topz' }]);
  });
});

describe('where not all templates and policies could be read', () => {
  const partial = { isPartial: true };
  const unasked = injected(podWith(topz));
  const removed = {
    ...unasked,
    metadata: {
      ...(unasked.metadata as JsonObject),
      annotations: {
        'sidecar.io/status': (unasked.metadata as { annotations: Record<string, string> }).annotations[
          'sidecar.io/status'
        ],
      },
    },
  };

  it('a sidecar that nothing known asks for is not one too many', () => {
    expect(audited(removed as JsonObject)).toEqual([{ kind: 'extra', sidecar: 'topz' }]);
    expect(audited(removed as JsonObject, builtInState, partial)).toEqual([]);
  });

  it('an annotation that no known template has is no problem, and settings are not compared', () => {
    const other = podWith({ ...topz, 'sidecar.io/vault-role': 'a' });
    expect(audited(other)).toMatchObject([{ kind: 'refused' }]);
    expect(audited(other, builtInState, partial)).toEqual([]);
    expect(audited(unasked, classicState, partial)).toEqual([]);
  });

  it('a sidecar that the pod asks for and lacks is missing', () => {
    expect(audited(podWith(topz), builtInState, partial)).toMatchObject([{ kind: 'missing', sidecar: 'topz' }]);
  });
});
