// What expressions see of the pod and its namespace: what its user wrote, whatever sidecars and controllers have added.
import { describe, expect, it } from 'vitest';
import { fromWorkloadKey, lastAppliedKey, statusKey } from '../../src/core/annotations.ts';
import type { Pod } from '../../src/core/objects.ts';
import { type Fact, facts } from '../../src/language/dependencies.ts';
import { type Subject, tooLongForTenant, viewOf } from '../../src/select/view.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { template } from '../api-server/cluster-templates.ts';

const dependencies = {
  facts: new Set(facts),
  ids: ['sidecar-eye', 'sidecar-topz'],
  annotations: new Set(['own.io/port']),
};
const subjectOf = (pod: object, namespace: Partial<Subject> = {}): Subject => ({
  ...{ namespace: 'shop', labels: undefined, annotations: undefined, ...namespace },
  pod: { spec: { containers: [] }, ...pod } as unknown as Pod,
});
const scopeOf = (pod: object, namespace: Partial<Subject> = {}) =>
  viewOf(dependencies, subjectOf(pod, namespace)).scope;
const hidden = {
  [statusKey]: 'x',
  [lastAppliedKey]: '{}',
  [fromWorkloadKey]: '{}',
  'files.sidecar.io/sidecar-eye.a': 'x',
};

describe('annotations', () => {
  it('of the pod are those of its user, in the order of their keys', () => {
    const annotations = {
      b: '2',
      'own.io/port': '1',
      ...hidden,
      a: '1',
      'x/files.sidecar.io/': '3',
      number: 5,
      [`${lastAppliedKey}2`]: 'y',
    };
    const seen = scopeOf({ metadata: { annotations } }).pod.metadata.annotations;
    expect(Object.entries(seen)).toEqual([
      ['a', '1'],
      ['b', '2'],
      [`${lastAppliedKey}2`, 'y'],
      ['x/files.sidecar.io/', '3'],
    ]);
  });

  it('of the namespace are those of its user', () => {
    const annotations = { note: 'x', 'own.io/port': '1', ...hidden };
    expect(scopeOf({}, { annotations }).namespaceObject.metadata.annotations).toEqual({
      note: 'x',
      'own.io/port': '1',
    });
    expect(scopeOf({}).namespaceObject.metadata.annotations).toEqual({});
  });
});

it('labels are all of them, and the one that the API server sets on each namespace', () => {
  const labels = { [lastAppliedKey]: 'x', 'own.io/port': '1', list: [] };
  expect(scopeOf({ metadata: { labels } }).pod.metadata.labels).toEqual({ [lastAppliedKey]: 'x', 'own.io/port': '1' });
  const name = { 'kubernetes.io/metadata.name': 'shop' };
  expect(scopeOf({}).namespaceObject.metadata).toEqual({ name: 'shop', labels: name, annotations: {} });
  expect(
    scopeOf({}, { labels: { team: 'a', 'kubernetes.io/metadata.name': 'b' } }).namespaceObject.metadata.labels,
  ).toEqual({
    team: 'a',
    ...name,
  });
});

it.each<[object, object]>([
  [{}, { name: '', generateName: '', namespace: 'shop' }],
  [{ metadata: null }, { name: '', generateName: '', namespace: 'shop' }],
  [{ metadata: { name: 'a', generateName: 'b', namespace: 'c' } }, { name: 'a', generateName: 'b', namespace: 'c' }],
  [{ metadata: { name: 1, generateName: null, namespace: '' } }, { name: '', generateName: '', namespace: 'shop' }],
])('names of %j are %j', (pod, expected) => {
  expect(scopeOf(pod).pod.metadata).toEqual({ ...expected, labels: {}, annotations: {} });
});

describe('containers', () => {
  it('are those of the app: no sidecar, and no init container', () => {
    const names = [
      'web',
      'sidecar-eye',
      'sidecar-eye-b',
      'sidecar-topz',
      'sidecar-eyes',
      'x-sidecar-eye',
      'sidecar-other',
    ];
    const spec = { containers: names.map((name) => ({ name })), initContainers: [{ name: 'start' }] };
    expect(scopeOf({ spec }).pod.containers.map(({ name }) => name)).toEqual([
      ...['web', 'sidecar-eyes', 'x-sidecar-eye', 'sidecar-other'],
    ]);
  });

  it.each<[object, object]>([
    [{}, { image: '', ports: [] }],
    [
      { image: 'a:1', ports: null },
      { image: 'a:1', ports: [] },
    ],
    [{ image: 5 }, { image: '', ports: [] }],
    [{ ports: [{ containerPort: 80 }] }, { image: '', ports: [{ name: '', containerPort: 80n, protocol: 'TCP' }] }],
    [
      { ports: [{ name: 'dns', containerPort: 53, protocol: 'UDP' }] },
      { image: '', ports: [{ name: 'dns', containerPort: 53n, protocol: 'UDP' }] },
    ],
    [
      { ports: [{ name: 1, containerPort: '80', protocol: 2 }, { containerPort: 1.5 }] },
      {
        image: '',
        ports: [
          { name: '', containerPort: 0n, protocol: 'TCP' },
          { name: '', containerPort: 0n, protocol: 'TCP' },
        ],
      },
    ],
  ])('with %j', (fields, expected) => {
    expect(scopeOf({ spec: { containers: [{ name: 'web', ...fields }] } }).pod.containers).toEqual([
      { name: 'web', ...expected },
    ]);
  });
});

describe('what no expression reads', () => {
  const pod = {
    metadata: { name: 'n', generateName: 'g', namespace: 's', labels: { l: '1' }, annotations: { a: '1' } },
    spec: { containers: [{ name: 'web' }] },
  };
  const subject = subjectOf(pod, { labels: { l: '2' }, annotations: { a: '2' } });
  const empty = { name: '', generateName: '', namespace: '', labels: {}, annotations: {} };
  const nothing = {
    pod: { metadata: empty, containers: [] },
    namespaceObject: { metadata: { name: '', labels: {}, annotations: {} } },
  };
  const see = (...read: Fact[]) => viewOf({ ...dependencies, facts: new Set(read) }, subject);

  it('is empty, and does not distinguish pods', () => {
    expect(see().scope).toEqual(nothing);
    expect(see('pod.metadata.labels').scope).toEqual({
      ...nothing,
      pod: { metadata: { ...empty, labels: { l: '1' } }, containers: [] },
    });
    expect(see('pod.metadata.name').text).not.toBe(see().text);
  });

  it('leaves what is read as text, numbers included', () => {
    const spec = (port: number) => ({ spec: { containers: [{ name: 'web', ports: [{ containerPort: port }] }] } });
    const textOf = (port: number) => viewOf(dependencies, subjectOf(spec(port))).text;
    expect(textOf(80)).toContain('"80"');
    expect(textOf(80)).not.toBe(textOf(81));
  });
});

describe('a template of a namespace', () => {
  const compiled = (namespace?: string, args = ['${ pod.metadata.name }']) => {
    const containers = [{ name: '${ instance.id }', args, securityContext: { runAsUser: 1 } }];
    const result = compileTemplate(template('eye', { parameters: [], containers }, namespace));
    if ('problems' in result) throw new Error(JSON.stringify(result.problems));
    return result;
  };
  const source = { kind: 'pod', key: 'sidecar.io/eye' } as const;
  const long = (length: number) => ({ ...viewOf(dependencies, subjectOf({})), text: 'x'.repeat(length) });

  it('can read 16384 characters', () => {
    expect(tooLongForTenant(compiled('shop'), long(16_384), source)).toBeUndefined();
    expect(tooLongForTenant(compiled('shop'), long(16_385), source)).toEqual({
      code: 'template-failed',
      path: "metadata.annotations['sidecar.io/eye']",
      message: expect.stringMatching(/^eye is a template of a namespace .* 16384 .* 16385\.$/),
      fix: 'Shorten the annotations of the pod or of the namespace, or change the template to read less.',
    });
  });

  it('has no such limit where it reads nothing, and one of the cluster has none', () => {
    expect(tooLongForTenant(compiled('shop', ['a']), long(99_999), source)).toBeUndefined();
    expect(tooLongForTenant(compiled(undefined), long(99_999), source)).toBeUndefined();
  });
});
