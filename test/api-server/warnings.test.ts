// What the API server says by itself about sidecar annotations without effect, by the rule of the chart and without an
// injector.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { release, renderedChart } from './chart.ts';
import { applied } from './setup.ts';

let cluster: ControlPlane;
beforeAll(async () => {
  cluster = await startControlPlane();
  const manifests = await renderedChart('webhook.excludedNamespaces={build}');
  const [policy, binding] = manifests.filter(({ metadata }) => metadata.name === `${release}-warnings`);
  if (!policy || !binding) throw new Error('the chart has no warnings');
  // So that an expression that fails is noticed here.
  await applied(
    cluster,
    { ...policy, spec: { ...(policy as { spec?: object }).spec, failurePolicy: 'Fail' } },
    binding,
  );
  for (const [name, annotations, labels] of [
    ['build', {}, {}],
    ['asking', { 'sidecar.io/topz': 'true' }, {}],
    ['labelled', { 'sidecar.io/topz': 'true' }, { 'sidecar.io/inject': 'enabled' }],
  ] as const)
    await applied(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, annotations, labels } });
  // The API server notices a new policy a moment after it is stored.
  const elsewhere = () => warningsOf({ annotations: { 'sidecars.io/topz': 'true' } });
  await vi.waitFor(async () => expect(await elsewhere()).toHaveLength(1), { timeout: 60_000 });
}, 900_000);
afterAll(() => cluster?.stop());

type Metadata = Readonly<Record<string, unknown>>;
const asking = { annotations: { 'sidecar.io/topz': 'true' } };
const spec = { containers: [{ name: 'app', image: 'app' }] };
const pod = (metadata: Metadata) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', ...metadata }, spec });
const deployment = (metadata: Metadata, inTemplate: Metadata = {}) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', ...metadata } },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { ...inTemplate, labels: { app: 'web', ...(inTemplate.labels as object) } }, spec },
  },
});
const cronJob = (inTemplate: Metadata) => ({
  ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'web' } },
  spec: {
    schedule: '0 0 1 1 *',
    jobTemplate: { spec: { template: { metadata: inTemplate, spec: { ...spec, restartPolicy: 'Never' } } } },
  },
});

/** The warnings of a command, without the name of the policy. */
async function said(args: readonly string[], stdin = ''): Promise<string[]> {
  const result = await cluster.kubectl(args, { stdin });
  expect(result, result.stderr).toMatchObject({ code: 0 });
  const lines = result.stderr.split('\n').filter((line) => line.startsWith('Warning: '));
  return lines.map((line) => line.replace(/^Warning: Validation failed for .*? with binding '[^']*': /, ''));
}

const creating = (object: object, namespace = 'default') =>
  said(['create', '--dry-run=server', '-n', namespace, '-f', '-'], JSON.stringify(object));
const warningsOf = (metadata: Metadata, namespace?: string) => creating(pod(metadata), namespace);

const effectless = (key: string, meant: string) => [
  `The key ${key} has no effect. Did you mean the annotation sidecar.io/${meant}?`,
];

describe('a key that is not one of the injector', { timeout: 300_000 }, () => {
  it('wherever it is', async () => {
    const metadata = { annotations: { 'sidecars.io/topz': 'true' } };
    for (const object of [deployment(metadata), deployment({}, metadata), cronJob(metadata)])
      expect(await creating(object)).toEqual(effectless('sidecars.io/topz', 'topz'));
    expect(await warningsOf({ labels: metadata.annotations })).toEqual(effectless('sidecars.io/topz', 'topz'));
  });

  it.each([
    'sidecars.io/topz',
    'Sidecar.io/topz',
    'side-car.io/topz',
    'siedcar.io/topz',
    'sidecar.k8s.io/topz',
    'sidecar.kubernetes.io/topz',
    'sidecar.io.topz',
    'sidecar.io-topz',
    'sidecar.io.example/topz',
  ])('%s', async (key) => {
    expect(await warningsOf({ annotations: { [key]: 'true' } })).toEqual(effectless(key, 'topz'));
  });

  it.each(['sidecar.istio.io/inject', 'sidecar.opentelemetry.io/inject', 'sidecarinjector.io/x', 'app'])(
    '%s belongs to somebody else',
    async (key) => {
      expect(await warningsOf({ annotations: { [key]: 'true' }, labels: { [key]: 'true' } })).toEqual([]);
    },
  );

  it('a label instead of an annotation', async () => {
    const labels = { 'sidecar.io/topz': 'true' };
    const warning = ['The label sidecar.io/topz has no effect. Write an annotation instead.'];
    expect(await warningsOf({ labels })).toEqual(warning);
    expect(await creating(deployment({}, { labels }))).toEqual(warning);
    expect(await said(['label', 'namespace', 'build', 'sidecar.io/topz=true', '--dry-run=server'])).toEqual([]);
    expect(await said(['label', 'namespace', 'default', 'sidecar.io/topz=true', '--dry-run=server'])).toEqual([
      'Of the labels of a namespace, the sidecar injector reads only sidecar.io/inject. Write annotations instead.',
    ]);
  });

  it('is left to the injector where that is asked', async () => {
    expect(await warningsOf({ annotations: { 'sidecar.io/topz': 'true', 'sidecars.io/git': 'x' } })).toEqual([]);
    expect(await warningsOf({ annotations: { 'sidecars.io/git': 'x' } }, 'labelled')).toEqual([]);
  });
});

describe('a pod that exists', { timeout: 300_000 }, () => {
  it('cannot be annotated', async () => {
    await applied(cluster, pod({ name: 'old' }));
    const text =
      "metadata.annotations['sidecar.io/topz'] has no effect on a pod that exists: sidecars are injected when a pod is created. Annotate its Deployment or other workload, or create the pod again.";
    expect(await said(['annotate', 'pod', 'old', 'sidecar.io/topz=true'])).toEqual([text]);
    expect(await said(['annotate', 'pod', 'old', 'sidecar.io/topz-'])).toEqual([text]);
  });

  it('can be changed otherwise', async () => {
    await applied(cluster, pod({ name: 'other', ...asking }));
    expect(await said(['annotate', 'pod', 'other', 'a=b'])).toEqual([]);
    expect(await said(['label', 'pod', 'other', 'a=b'])).toEqual([]);
  });
});

describe('a namespace', { timeout: 300_000 }, () => {
  const leftOut = (name: string) => [
    `Sidecar annotations have no effect in the namespace ${name}: the sidecar injector leaves it out.`,
  ];

  it.each(['build', 'kube-system'])('%s is excluded', async (name) => {
    expect(await warningsOf(asking, name)).toEqual(leftOut(name));
    expect(await creating(deployment(asking), name)).toEqual(leftOut(name));
    expect(await creating(deployment({}, asking), name)).toEqual(leftOut(name));
    expect(await said(['annotate', 'namespace', name, 'sidecar.io/topz=true', '--dry-run=server'])).toEqual(
      leftOut(name),
    );
    expect(await warningsOf({}, name)).toEqual([]);
  });

  it('with annotations lacks its label', async () => {
    const label = 'kubectl label namespace asking sidecar.io/inject=enabled';
    expect(await said(['annotate', 'namespace', 'asking', 'sidecar.io/git=true', '--dry-run=server'])).toEqual([
      `The annotations of this namespace do not count, because the sidecar injector did not label it: ${label}`,
    ]);
    const text = [`The sidecar annotations of the namespace asking do not count without its label: ${label}`];
    expect(await warningsOf({}, 'asking')).toEqual(text);
    expect(await creating(deployment({}), 'asking')).toEqual(text);
    expect(await warningsOf({}, 'labelled')).toEqual([]);
    expect(await said(['annotate', 'namespace', 'labelled', 'sidecar.io/git=true', '--dry-run=server'])).toEqual([]);
  });

  it('that turns injection off needs no label', async () => {
    expect(await said(['annotate', 'namespace', 'default', 'sidecar.io/inject=false', '--dry-run=server'])).toEqual([]);
  });
});

it('what asks for nothing, or rightly, has no warning', { timeout: 300_000 }, async () => {
  for (const object of [pod({}), pod(asking), deployment(asking), deployment({}, asking), cronJob(asking)])
    expect(await creating(object)).toEqual([]);
});
