// Sidecar keys in a part of a manifest where they have no effect.
import { describe, expect, it } from 'vitest';
import { stepsOfPath } from '../../src/core/path.ts';
import { inject, run } from './run.ts';

const topz = { 'sidecar.io/topz': 'true' };

type Tree = { [key: string]: Tree | string };

/** An object with a pod template at a path, and metadata at another one. */
function manifest(apiVersion: string, kind: string, templatePath: string, at: string, metadata: object): string {
  const object: Tree = { apiVersion, kind };
  const into = (path: string, value: object) => {
    let inner: Tree = object;
    for (const step of stepsOfPath(path)) {
      inner[step] ??= {};
      inner = inner[step] as Tree;
    }
    Object.assign(inner, value);
  };
  into('metadata', { name: 'web' });
  into(templatePath, { spec: { containers: [{ name: 'web' }] } });
  into(at, metadata);
  return JSON.stringify(object);
}

const cron = 'spec.jobTemplate.spec.template';
const table: [apiVersion: string, kind: string, template: string, at: string][] = [
  ['batch/v1', 'CronJob', cron, 'spec.jobTemplate.metadata'],
  ['example.com/v1', 'Rollout', 'spec.template', 'metadata'],
  [
    'apps.kruise.io/v1alpha1',
    'AdvancedCronJob',
    'spec.template.jobTemplate.spec.template',
    'spec.template.jobTemplate.metadata',
  ],
  ['v1', 'PodTemplate', 'template', 'metadata'],
  ['apps.openshift.io/v1', 'DeploymentConfig', 'spec.template', 'metadata'],
  ['batch.volcano.sh/v1alpha1', 'Job', 'spec.tasks.0.template', 'metadata'],
];

describe('an annotation outside of the pod template', () => {
  it.each(table)('of %s, %s (pod template: %s): %s', (apiVersion, kind, template, at) => {
    const text = manifest(apiVersion, kind, template, at, { annotations: topz });
    const { code, stderr } = inject(text);
    const path = template.replace('.0.', '[0].');
    expect(code).toBe(0);
    expect(stderr.split('\n')).toContain(
      `${kind.toLowerCase()}/web: warning: ${at}.annotations['sidecar.io/topz'] has no effect. Write ${path}.metadata.annotations['sidecar.io/topz'] instead.`,
    );
    const right = inject(manifest(apiVersion, kind, template, `${template}.metadata`, { annotations: topz }));
    expect(right.stderr, 'in the pod template it is right').not.toContain('has no effect');
  });

  it('is fine where the pod template has it too, as common annotations of a generator do', () => {
    const text = manifest('v1', 'PodTemplate', 'template', 'template.metadata', {
      annotations: topz,
    });
    const both = JSON.parse(text);
    both.metadata.annotations = topz;
    expect(inject(JSON.stringify(both)).stderr).toBe('');
    both.metadata.annotations = { 'sidecar.io/topz': 'false' };
    expect(inject(JSON.stringify(both)).stderr).toContain(
      "podtemplate/web: warning: metadata.annotations['sidecar.io/topz']",
    );
  });

  it('is found in lists of pod templates: the first that lacks it is named', () => {
    const template = { spec: { containers: [{ name: 'a' }] } };
    const asking = { ...template, metadata: { annotations: topz } };
    const replicatedJobs = [asking, template].map((each) => ({
      template: { spec: { template: each } },
    }));
    const set = {
      apiVersion: 'example.com/v1',
      kind: 'JobSet',
      metadata: { name: 'a', annotations: topz },
      spec: { replicatedJobs },
    };
    expect(inject(JSON.stringify({ kind: 'List', items: [set] })).stderr).toContain(
      "jobset/a: warning: metadata.annotations['sidecar.io/topz'] has no effect. Write spec.replicatedJobs[1].template.spec.template.metadata.annotations['sidecar.io/topz'] instead.\n",
    );
  });

  it('on a Deployment has an effect here', () => {
    expect(inject(manifest('apps/v1', 'Deployment', 'spec.template', 'metadata', { annotations: topz })).stderr).toBe(
      'deployment/web: topz injected\n',
    );
  });
});

/** An object without a pod template, annotated as told. */
const bare = (apiVersion: string, kind: string, annotations: object = topz) => ({
  ...{ apiVersion, kind, metadata: { name: 'web', annotations }, spec: { containers: [] } },
});
const asFile = (...objects: object[]) => objects.map((each) => JSON.stringify(each)).join('\n---\n');

describe('an annotation of an object without a pod template', () => {
  const elsewhere = 'Write it on a workload, its pod template or its namespace.';
  const inChart = 'Write it in the values of the chart, where it takes annotations of pods.';

  it.each([
    ['v1', 'Service', elsewhere],
    ['v1', 'ServiceAccount', elsewhere],
    ['batch/v1', 'Unknown', elsewhere],
    ['networking.k8s.io/v1', 'Ingress', elsewhere],
    ['kafka.strimzi.io/v1', 'Kafka', `${elsewhere.slice(0, -1)}, or where this kind takes annotations of pods.`],
    ['helm.toolkit.fluxcd.io/v2', 'HelmRelease', inChart],
    ['argoproj.io/v1alpha1', 'Application', inChart],
  ])('%s, %s: the warning says where to write it', (apiVersion, kind, fix) => {
    const message = `metadata.annotations['sidecar.io/topz']: The injector reads no annotations of the kind ${kind}. ${fix}`;
    const file = asFile(bare(apiVersion, kind));
    const title = `${kind.toLowerCase()}/web`;
    expect(inject(file)).toEqual({ code: 0, stdout: file, stderr: `${title}: warning: ${message}\n` });
    expect(run(['check', '-f', '-'], { stdin: file })).toMatchObject({
      ...{ code: 0, stdout: expect.stringMatching(/^stdin:1:\d+: warning: /) },
      stderr: '0 problems, 1 warning.\n',
    });
    expect(run(['check', '-f', '-'], { stdin: file }).stdout).toContain(`${title}: ${message} [misplaced-key]\n`);
  });

  it.each([
    ['argoproj.io/v1alpha1', 'Workflow', 'spec.podMetadata'],
    ['argoproj.io/v1alpha1', 'CronWorkflow', 'spec.workflowSpec.podMetadata'],
    ['monitoring.coreos.com/v1', 'Prometheus', 'spec.podMetadata'],
  ])('%s, %s: the warning names its annotations of pods, unless these have it', (apiVersion, kind, path) => {
    const object = bare(apiVersion, kind);
    expect(inject(asFile(object)).stderr).toBe(
      `${kind.toLowerCase()}/web: warning: metadata.annotations['sidecar.io/topz'] has no effect. Write ${path}.annotations['sidecar.io/topz'] instead.\n`,
    );
    const right = path.split('.').reduceRight<object>((value, step) => ({ [step]: value }), { annotations: topz });
    expect(inject(asFile({ ...object, spec: undefined, ...right })).stderr).toBe('');
  });

  it.each([
    ['v1', 'Namespace'],
    ['tekton.dev/v1', 'TaskRun'],
    ['kubevirt.io/v1', 'VirtualMachineInstance'],
    ['serving.knative.dev/v1', 'Revision'],
  ])('%s, %s: it counts there, or reaches the pods', (apiVersion, kind) => {
    expect(inject(asFile(bare(apiVersion, kind))).stderr).toBe('');
  });

  it('of a kind that is declared, or that others or the injector write', () => {
    const widget = asFile(bare('example.com/v1', 'Widget'));
    expect(inject(widget).stderr).toContain('reads no annotations of the kind Widget.');
    expect(inject(widget, '--workload', 'Widget.example.com=spec.template').stderr).not.toContain('reads no');
    const others = { 'sidecar.istio.io/inject': 'true', 'sidecar.io/status': '', 'sidecar.io/from-workload': '' };
    expect(inject(asFile(bare('v1', 'Service', others))).stderr).toBe('');
  });

  it('that a workload or a namespace of the file has too, as common annotations of a generator do, is fine', () => {
    const service = bare('v1', 'Service');
    const pod = { spec: { containers: [{ name: 'web' }] } };
    const deployment = { ...bare('apps/v1', 'Deployment'), spec: { template: pod } };
    const template = { ...pod, metadata: { annotations: topz } };
    const annotatedInside = { ...bare('apps/v1', 'Deployment', {}), spec: { template } };
    const beside = (...others: object[]) => {
      const stdin = asFile(service, ...others);
      const said = [inject(stdin).stderr, run(['check', '-f', '-'], { stdin }).stdout];
      return said.map((each) => each.includes('of the kind Service'));
    };
    expect(beside(deployment)).toEqual([false, false]);
    expect(beside(annotatedInside)).toEqual([false, false]);
    expect(beside(bare('v1', 'Namespace'))).toEqual([false, false]);
    expect(beside(bare('v1', 'ConfigMap'))).toEqual([true, true]);
    expect(beside({ ...deployment, metadata: { annotations: { 'sidecar.io/topz': 'false' } } })).toEqual([true, true]);
  });
});

describe('a label, or a misspelled prefix', () => {
  it.each([
    ['apps/v1', 'Deployment', 'spec.template', 'metadata'],
    ['apps/v1', 'Deployment', 'spec.template', 'spec.template.metadata'],
    ['argoproj.io/v1alpha1', 'Rollout', 'spec.template', 'metadata'],
    ['argoproj.io/v1alpha1', 'Rollout', 'spec.template', 'spec.template.metadata'],
    ['batch/v1', 'CronJob', cron, 'spec.jobTemplate.metadata'],
    ['batch/v1', 'CronJob', cron, `${cron}.metadata`],
  ])('of %s, %s (pod template: %s): %s', (apiVersion, kind, template, at) => {
    const warnings = (metadata: object) =>
      inject(manifest(apiVersion, kind, template, at, metadata)).stderr.match(/warning: .*/g);
    const meant = `${template}.metadata.annotations['sidecar.io/topz']`;
    expect(warnings({ labels: topz })).toEqual([
      `warning: ${at}.labels['sidecar.io/topz'] has no effect. Write ${meant} instead.`,
    ]);
    expect(warnings({ labels: { 'sidecars.io/topz': 'true' } })).toEqual([
      `warning: ${at}.labels['sidecars.io/topz'] has no effect. Did you mean ${meant}?`,
    ]);
    expect(warnings({ annotations: { 'sidecars.io/topz': 'true' } })).toEqual([
      `warning: ${at}.annotations['sidecars.io/topz'] has no effect. Did you mean ${meant}?`,
    ]);
  });

  it('of a pod', () => {
    const pod = {
      ...{ apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'web' }] } },
      metadata: { name: 'web', labels: topz, annotations: { 'siedcar.io/topz': 'true' } },
    };
    expect(inject(JSON.stringify(pod), '-q').stderr.split('\n')).toEqual([
      "pod/web: warning: metadata.annotations['siedcar.io/topz'] has no effect. Did you mean metadata.annotations['sidecar.io/topz']?",
      "pod/web: warning: metadata.labels['sidecar.io/topz'] has no effect. Write metadata.annotations['sidecar.io/topz'] instead.",
      '',
    ]);
  });
});

it('the deepest manifest that can be read can be searched', () => {
  for (let depth = 250; depth < 10_000; depth *= 2) {
    const text = `kind: A\nspec: ${'['.repeat(depth)}${']'.repeat(depth)}\n`;
    expect(inject(text).stderr).toMatch(/^$|\[bad-document\]/);
    const json = `{"kind":"A","spec":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
    expect(inject(json).stderr).toMatch(/^$|\[bad-document\]/);
  }
});
