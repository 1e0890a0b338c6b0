// `sidecar krm`, by the rules of the KRM functions specification. Kustomize runs it in test/docs/gitops.test.ts.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { run } from './run.ts';

const topz = { 'sidecar.io/topz': 'true' };
const pod = (annotations: object, name = 'web') => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', annotations } },
  spec: { containers: [{ name: 'web' }] },
});
const functionConfig = (data: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'sidecars' },
  data,
});
const list = (config: object, ...items: object[]) =>
  JSON.stringify({ apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList', functionConfig: config, items });

function krm(stdin: string, files = {}) {
  const { code, stdout, stderr } = run(['krm'], { stdin, files });
  return { code, stderr, output: parse(stdout) };
}

describe('sidecar krm', () => {
  it('adds sidecars to the items, says which, and keeps everything else', () => {
    const text = `apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig: {kind: ConfigMap, data: {kube-version: "1.28"}}
items:
  - kind: Secret # kept
    data: {a: 012}
  - apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, annotations: {internal.config.kubernetes.io/path: a/web.yaml, internal.config.kubernetes.io/index: '1'}}
    spec:
      template:
        metadata: {annotations: {sidecar.io/topz: "true"}}
        spec:
          containers: [{name: web}]
`;
    const { code, stdout, stderr } = run(['krm'], { stdin: text });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('items:\n  - kind: Secret # kept\n    data: {a: 012}\n');
    const { items, results } = parse(stdout);
    // Classic, as the version of the cluster asks.
    expect(items[1].spec.template.spec.containers).toMatchObject([{ name: 'web' }, { name: 'sidecar-topz' }]);
    expect(results).toEqual([
      {
        ...{ message: 'topz injected', severity: 'info' },
        resourceRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        file: { path: 'a/web.yaml', index: 1 },
      },
    ]);
  });

  it.each([
    ['2', { path: 'a.yaml', index: 2 }],
    [undefined, { path: 'a.yaml', index: 0 }],
    ['two', { path: 'a.yaml' }],
    ['-1', { path: 'a.yaml' }],
    ['1e999', { path: 'a.yaml' }],
  ])('names the file of an item, and an index of %j only where that is a number of an object', (index, file) => {
    const annotations = { ...topz, 'config.kubernetes.io/path': 'a.yaml', 'config.kubernetes.io/index': index };
    expect(krm(list({}, pod(annotations))).output.results[0].file).toEqual(file);
  });

  it('leaves every item as it is where one has a problem, and names object and field', () => {
    const stdin = list({}, pod(topz), pod({ 'sidecar.io/topz': 'yes' }, 'wrong'));
    const { code, stderr, output } = krm(stdin);
    expect([code, stderr]).toEqual([
      1,
      'pod/wrong: metadata.annotations[\'sidecar.io/topz\']: "yes" is neither true nor false. Write "true" or "false". [bad-switch]\n',
    ]);
    const { results, ...rest } = output;
    expect(rest).toEqual(JSON.parse(stdin));
    expect(results).toEqual([
      {
        ...{ message: '"yes" is neither true nor false. Write "true" or "false". [bad-switch]', severity: 'error' },
        resourceRef: { apiVersion: 'v1', kind: 'Pod', name: 'wrong', namespace: 'shop' },
        field: { path: "metadata.annotations['sidecar.io/topz']" },
      },
    ]);
  });

  it('warns in results and on standard error', () => {
    const labelled = { ...pod(topz), metadata: { name: 'web', annotations: topz, labels: { 'sidecar.io/git': 'x' } } };
    const { code, stderr, output } = krm(list({}, labelled));
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^warning: pod\/web: metadata\.labels.* has no effect/)]);
    expect(output.results).toMatchObject([{ severity: 'warning' }, { severity: 'info' }]);
  });

  it('takes flags in data and in spec', () => {
    const fleet = { ...pod({}), apiVersion: 'example.com/v1', kind: 'Fleet', spec: { template: pod(topz) } };
    const declared = 'Fleet.example.com=spec.template';
    for (const config of [
      functionConfig({ workload: `A.example.com=spec.a\n${declared}\n` }),
      { kind: 'Any', spec: { workload: ['A.example.com=spec.a', declared], native: true } },
    ])
      expect(krm(list(config, fleet)).output.results).toMatchObject([{ message: 'topz injected', severity: 'info' }]);
    const policy = {
      kind: 'SidecarPolicy',
      metadata: { name: 'p' },
      spec: { namespaceSelector: {}, forbid: ['topz'] },
    };
    const files = { 'p.yaml': JSON.stringify({ apiVersion: 'sidecar.io/v1alpha1', ...policy }) };
    const { code, output } = krm(list(functionConfig({ policy: 'p.yaml' }), pod(topz)), files);
    expect([code, output.results[0].severity]).toEqual([1, 'error']);
  });

  it.each([
    [{ namespce: 'shop' }, 'functionConfig.data.namespce', 'There is no setting namespce. Did you mean namespace?'],
    [{ native: 'maybe' }, 'functionConfig', 'Invalid value "maybe" for --native. Write true or false.'],
    [{ workload: { a: 'b' } }, 'functionConfig.data.workload', 'Write a text, or a list of texts.'],
    [{ output: 'json' }, 'functionConfig.data.output', 'There is no setting output.'],
    [{ policy: 'none.yaml' }, undefined, 'none.yaml: no such file or directory'],
  ])('refuses the configuration %j', (data, path, message) => {
    const { code, output } = krm(list(functionConfig(data), pod(topz)));
    expect(code).toBe(1);
    expect(output.results).toEqual([{ message, severity: 'error', ...(path ? { field: { path } } : {}) }]);
  });

  it.each(['', 'kind: Pod', 'a: b: c', `${list({})}\n---\n${list({})}`])('needs a ResourceList: %j', (stdin) => {
    const { code, stdout, stderr } = run(['krm'], { stdin });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^stdin: .*\n$|^stdin:\d+:\d+: |^Standard input is not one ResourceList/);
  });

  it('explains itself', () => {
    expect(run(['krm', '--help']).stdout).toContain('  kube-version\n');
    expect(run(['krm', '-f', 'a.yaml'])).toMatchObject({ code: 2, stdout: '' });
  });
});
