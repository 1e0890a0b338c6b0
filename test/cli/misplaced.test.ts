// Sidecar keys in a part of a manifest where they have no effect.
import { describe, expect, it } from 'vitest';
import { stepsOfPath } from '../../src/core/path.ts';
import { inject } from './run.ts';

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

  it('on a Deployment has an effect here, and on objects without a pod template nothing is said', () => {
    expect(inject(manifest('apps/v1', 'Deployment', 'spec.template', 'metadata', { annotations: topz })).stderr).toBe(
      'deployment/web: topz injected\n',
    );
    const others = [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web', annotations: topz, labels: topz },
        spec: { ports: [] },
      },
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'Prometheus',
        metadata: { annotations: topz },
        spec: { containers: [] },
      },
    ];
    for (const other of others) expect(inject(JSON.stringify(other)).stderr).toBe('');
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
