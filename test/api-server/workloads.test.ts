// Annotations of workloads on a real API server with its controllers: every kind, every client, and no rollout without
// end.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { workloadProblem } from '../../src/main/check-workloads.ts';
import { declaredKinds } from '../../src/workload/declared.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import type { Daemon } from '../cluster/daemon.ts';
import { type Charted, startCharted, startControllers } from './chart.ts';
import { template as sidecarTemplate } from './cluster-templates.ts';
import { applied, untilAsked, untilDefined } from './setup.ts';

let charted: Charted;
let controllers: Daemon;
beforeAll(async () => {
  charted = await startCharted({ webhookFlags: ['--workloads=Widget.example.com=spec.parts.*.template'] });
  controllers = await startControllers(charted.cluster, [
    ...['deployment', 'replicaset', 'statefulset', 'daemonset', 'job', 'cronjob'],
    'horizontal-pod-autoscaler',
  ]);
  await applied(charted.cluster, rolloutDefinition, widgetDefinition, node);
  await untilDefined(charted.cluster);
  await untilAsked(charted.cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(async () => {
  await controllers?.stop();
  await charted?.stop();
});

/** For the pods of DaemonSets. */
const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' } };
const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const objectOf = (properties: object) => ({ type: 'object', properties });

function definition(group: string, kind: string, version: string, schema: object) {
  const singular = kind.toLowerCase();
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.${group}` },
    spec: {
      ...{ group, scope: 'Namespaced', names: { plural: `${singular}s`, singular, kind, listKind: `${kind}List` } },
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}

const rolloutDefinition = definition('argoproj.io', 'Rollout', 'v1alpha1', open);
/** As controllers with pod templates are generated: a closed schema, and metadata with what the generator was told. */
const widgetDefinition = definition(
  ...(['example.com', 'Widget', 'v1'] as const),
  objectOf({
    spec: objectOf({
      parts: {
        type: 'array',
        items: objectOf({
          template: objectOf({
            metadata: objectOf({ annotations: { type: 'object', additionalProperties: { type: 'string' } } }),
            spec: open,
          }),
        }),
      },
      bare: objectOf({ metadata: { type: 'object' }, spec: open }),
    }),
  }),
);

const container = { name: 'web', image: 'web', ports: [{ containerPort: 8080 }] };
const topz = { 'sidecar.io/topz': 'true' };
const carried = 'sidecar.io/from-workload';

function template(name: string, spec: object = {}) {
  return { metadata: { labels: { app: name } }, spec: { containers: [container], ...spec } };
}

/** A manifest of each kind, as an author writes it. */
const manifests = {
  Deployment: (name: string) => workload('apps/v1', 'Deployment', name, { replicas: 1 }),
  StatefulSet: (name: string) => workload('apps/v1', 'StatefulSet', name, { serviceName: name }),
  DaemonSet: (name: string) => workload('apps/v1', 'DaemonSet', name, {}, { tolerations: [{ operator: 'Exists' }] }),
  ReplicaSet: (name: string) => workload('apps/v1', 'ReplicaSet', name, { replicas: 1 }),
  Rollout: (name: string) => workload('argoproj.io/v1alpha1', 'Rollout', name, {}),
  Widget: (name: string) => ({
    ...{ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name } },
    spec: { parts: [{ template: { spec: { containers: [container] } } }] },
  }),
  Job: (name: string) => ({
    ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name } },
    spec: { suspend: true, template: template(name, { restartPolicy: 'Never' }) },
  }),
  CronJob: (name: string) => ({
    ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name } },
    spec: {
      schedule: '0 0 1 1 *',
      jobTemplate: { spec: { template: template(name, { restartPolicy: 'Never' }) } },
    },
  }),
};

function workload(apiVersion: string, kind: string, name: string, spec: object, pod: object = {}) {
  const selector = { matchLabels: { app: name } };
  return { apiVersion, kind, metadata: { name }, spec: { ...spec, selector, template: template(name, pod) } };
}

const kubectl = (...args: string[]) => charted.cluster.kubectl(args);
const apply = (object: object, ...flags: string[]) =>
  charted.cluster.kubectl(['apply', ...flags, '-f', '-'], { stdin: JSON.stringify(object) });

async function done(...args: string[]): Promise<string> {
  const result = await kubectl(...args);
  expect(result, `${args.join(' ')}: ${result.stderr}`).toMatchObject({ code: 0 });
  return result.stdout;
}

/** The pod template as JSON, as it is stored. */
async function templateOf(kind: string, name: string): Promise<string> {
  const paths: Readonly<Record<string, string>> = {
    CronJob: '.spec.jobTemplate.spec.template',
    Widget: '.spec.parts[0].template',
  };
  const path = paths[kind] ?? '.spec.template';
  return done('get', kind, name, '-o', `jsonpath={${path}}`);
}

interface Listed {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly initContainers?: readonly { readonly name: string }[] };
}

async function listed(kind: string, name: string): Promise<readonly Listed[]> {
  return JSON.parse(await done('get', kind, '-l', `app=${name}`, '-o', 'json')).items;
}

const untilPods = (name: string, injected: boolean) =>
  vi.waitFor(
    async () => {
      const pods = await listed('pods', name);
      expect(pods.some(({ spec }) => spec.initContainers !== undefined)).toBe(injected);
      expect(pods.length).toBeGreaterThan(0);
    },
    { timeout: 120_000, interval: 300 },
  );

describe.each(Object.entries(manifests))('%s', (kind, manifest) => {
  it('carries its annotations, and has the template that it had when they go', { timeout: 300_000 }, async () => {
    const name = `kind-${kind.toLowerCase()}`;
    await applied(charted.cluster, manifest(name));
    const before = await templateOf(kind, name);
    const makesPods = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].includes(kind);
    if (makesPods) await untilPods(name, false);
    await done('annotate', kind, name, 'sidecar.io/topz=true');
    const during = JSON.parse(await templateOf(kind, name));
    expect(during.metadata.annotations).toEqual({ [carried]: '{"topz":"true"}' });
    // A ReplicaSet keeps its pods, and a StatefulSet waits until they are ready, which they never are here.
    if (kind === 'ReplicaSet' || kind === 'StatefulSet') await done('delete', 'pod', '-l', `app=${name}`);
    if (makesPods) await untilPods(name, true);
    await done('annotate', kind, name, 'sidecar.io/topz-');
    expect(await templateOf(kind, name)).toBe(before);
  });
});

/**
 * The ReplicaSets of a Deployment, once the controller has seen the last generation, the pods are there, and nothing
 * changes any more. The controller makes none for a generation that it has not seen before the next one came.
 */
async function replicaSets(name: string): Promise<number> {
  const settled = async () => {
    const { metadata, status } = JSON.parse(await done('get', 'deployment', name, '-o', 'json'));
    const sets = JSON.parse(await done('get', 'replicasets', '-l', `app=${name}`, '-o', 'json')).items;
    const pods = (part: 'spec' | 'status') => sets.reduce((sum: number, set: Counted) => sum + set[part].replicas, 0);
    const wanted = pods('spec');
    expect([status.observedGeneration, status.replicas, pods('status')]).toEqual([metadata.generation, wanted, wanted]);
    return sets.length;
  };
  return vi.waitFor(settled, { timeout: 60_000, interval: 200 });
}

type Counted = Readonly<Record<'spec' | 'status', { readonly replicas: number }>>;

describe('a Deployment', { timeout: 300_000 }, () => {
  const annotated = (name: string) => {
    const object = manifests.Deployment(name);
    return { ...object, metadata: { name, annotations: topz } };
  };

  it('rolls once for an annotation, and back to the first ReplicaSet without it', async () => {
    await applied(charted.cluster, manifests.Deployment('once'));
    expect(await replicaSets('once')).toBe(1);
    await done('annotate', 'deployment', 'once', 'sidecar.io/topz=true');
    expect(await replicaSets('once')).toBe(2);
    await done('annotate', 'deployment', 'once', 'sidecar.io/topz-');
    expect(await replicaSets('once')).toBe(2);
  });

  /** The controller has written the number of the revision, and nothing changes any more. */
  async function untilRevision(name: string, revision: string): Promise<void> {
    const path = String.raw`jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}`;
    const look = async () => expect(await done('get', 'deployment', name, '-o', path)).toBe(revision);
    await vi.waitFor(look, { timeout: 60_000, interval: 200 });
    expect(await replicaSets(name)).toBe(Number(revision));
  }

  /**
   * Without what no tool compares. Sources: gitops-engine, pkg/diff/diff.go, serverSideDiff; fluxcd/pkg, ssa,
   * hasDrifted.
   */
  function compared(text: string): object {
    const { status: _, metadata, ...rest } = JSON.parse(text);
    const { managedFields: _fields, resourceVersion: _version, ...left } = metadata;
    return { metadata: left, ...rest };
  }

  /**
   * The comparison of a tool: nothing would change. The dry run is compared whole, as Argo CD does with the option
   * IncludeMutationWebhook=true, and Flux always. Without the option, Argo CD first takes out what webhooks have
   * changed.
   */
  async function inSync(object: object, flags: readonly string[], name: string): Promise<void> {
    const stdin = JSON.stringify(object);
    if (flags.length === 0) {
      const { code, stdout } = await charted.cluster.kubectl(['diff', '-f', '-'], { stdin });
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    } else {
      const tried = await apply(object, ...flags, '--dry-run=server', '-o', 'json');
      expect(compared(tried.stdout)).toEqual(compared(await done('get', 'deployment', name, '-o', 'json')));
    }
  }

  it.each([
    ['client', 'three-way by what was applied last, as Argo CD by default', []],
    ['argocd', 'a server-side dry run, as Argo CD', ['--server-side', '--field-manager=argocd-controller']],
    ['flux', 'a server-side dry run, as Flux', ['--server-side', '--field-manager=kustomize-controller']],
  ])(
    'that is applied again and again by a tool (%s) which compares by %s keeps its ReplicaSet',
    async (name, _, way) => {
      const flags = way.length > 0 ? [...way, '--force-conflicts'] : [];
      expect(await apply(annotated(name), ...flags)).toMatchObject({ code: 0 });
      const first = await templateOf('deployment', name);
      await untilRevision(name, '1');
      const generation = await done('get', 'deployment', name, '-o', 'jsonpath={.metadata.generation}');
      for (let round = 0; round < 6; round++) {
        await inSync(annotated(name), flags, name);
        expect(await apply(annotated(name), ...flags)).toMatchObject({ code: 0 });
      }
      expect(await templateOf('deployment', name)).toBe(first);
      expect(await done('get', 'deployment', name, '-o', 'jsonpath={.metadata.generation}')).toBe(generation);
      expect(await replicaSets(name)).toBe(1);
      // Somebody annotates besides the tool.
      await done('annotate', 'deployment', name, 'sidecar.io/topz-port=21999');
      await untilRevision(name, '2');
      for (let round = 0; round < 3; round++) {
        await inSync(annotated(name), flags, name);
        expect(await apply(annotated(name), ...flags)).toMatchObject({ code: 0 });
      }
      expect(JSON.parse(await templateOf('deployment', name)).metadata.annotations[carried]).toContain('21999');
      expect(await replicaSets(name)).toBe(2);
      const { metadata } = JSON.parse(await done('get', 'deployment', name, '-o', 'json', '--show-managed-fields'));
      expect(JSON.stringify(metadata.managedFields)).not.toContain(carried);
    },
  );

  it('is the same for a new image, restart, edit, undo and an autoscaler', async () => {
    await applied(charted.cluster, annotated('clients'));
    const text = async () => JSON.parse(await templateOf('deployment', 'clients')).metadata.annotations[carried];
    expect(await replicaSets('clients')).toBe(1);
    await done('set', 'image', 'deployment/clients', 'web=web:2');
    expect(await replicaSets('clients')).toBe(2);
    await done('rollout', 'restart', 'deployment/clients');
    expect(await text()).toBe('{"topz":"true"}');
    expect(await replicaSets('clients')).toBe(3);
    // kubectl gives the editor a file.
    process.env.KUBE_EDITOR = `sed -i 's#^    sidecar.io/topz: .*#&\\n    sidecar.io/topz-port: "21999"#'`;
    await done('edit', 'deployment', 'clients');
    expect(await text()).toBe('{"topz":"true","topz-port":"21999"}');
    expect(await replicaSets('clients')).toBe(4);
    await done('rollout', 'undo', 'deployment/clients');
    expect(await text()).toBe('{"topz":"true"}');
    const own = await done('get', 'deployment', 'clients', '-o', 'jsonpath={.metadata.annotations}');
    expect(JSON.parse(own)).not.toHaveProperty(['sidecar.io/topz-port']);
    await done('autoscale', 'deployment', 'clients', '--min=3', '--max=5');
    await vi.waitFor(
      async () => expect(await done('get', 'deployment', 'clients', '-o', 'jsonpath={.spec.replicas}')).toBe('3'),
      { timeout: 120_000, interval: 500 },
    );
    expect(await text()).toBe('{"topz":"true"}');
    expect(await replicaSets('clients')).toBe(4);
  });

  it('whose annotation cannot work is refused in the output of the command, with the words of sidecar inject', async () => {
    const cases: [Record<string, string>, string][] = [
      [
        { 'sidecar.io/topzz': 'true' },
        `metadata.annotations['sidecar.io/topzz']: No sidecar has "sidecar.io/topzz". Did you mean sidecar.io/topz? [unknown-annotation]`,
      ],
      [
        { ...topz, 'sidecar.io/topz-port': '8080' },
        `metadata.annotations['sidecar.io/topz-port']: Port 8080 is used by container web.`,
      ],
      [
        { 'sidecar.io/redis': 'true' },
        `metadata.annotations['sidecar.io/redis']: No sidecar has "sidecar.io/redis". The sidecars of this cluster are: `,
      ],
    ];
    for (const [annotations, message] of cases) {
      const object = { ...manifests.Deployment('refused'), metadata: { name: 'refused', annotations } };
      const { code, stderr } = await apply(object);
      expect(code).toBe(1);
      expect(stderr).toContain(message);
    }
    expect(await kubectl('get', 'deployment', 'refused')).toMatchObject({ code: 1 });
  });

  it('whose problem came later can be changed, with a warning, but not made worse', async () => {
    await applied(charted.cluster, sidecarTemplate('passing'));
    const object = {
      ...manifests.Deployment('late'),
      metadata: { name: 'late', annotations: { 'sidecar.io/passing': 'true' } },
    };
    await vi.waitFor(async () => expect(await apply(object)).toMatchObject({ code: 0 }), { timeout: 60_000 });
    await done('delete', 'clustersidecartemplate', 'passing');
    const message = `metadata.annotations['sidecar.io/passing']: No sidecar has "sidecar.io/passing".`;
    let tag = 0;
    await vi.waitFor(
      async () => {
        const { code, stderr } = await kubectl('set', 'image', 'deployment/late', `web=web:${tag++}`);
        expect(code).toBe(0);
        expect(stderr).toContain(`Warning: ${message}`);
      },
      { timeout: 60_000, interval: 500 },
    );
    expect(await kubectl('scale', 'deployment', 'late', '--replicas=0')).toMatchObject({ code: 0, stderr: '' });
    const worse = await kubectl('annotate', 'deployment', 'late', 'sidecar.io/topzz=true');
    expect(worse.code).toBe(1);
    expect(worse.stderr).toContain(`metadata.annotations['sidecar.io/topzz']: No sidecar has "sidecar.io/topzz".`);
    expect(worse.stderr).not.toContain(`denied the request: ${message}`);
    expect(await kubectl('annotate', 'deployment', 'late', 'sidecar.io/passing-')).toMatchObject({
      code: 0,
      stderr: '',
    });
  });
});

it.each([
  ['Deployment', { paused: true }, 'spec.paused: The pods change when the Deployment is resumed.'],
  [
    'DaemonSet',
    { updateStrategy: { type: 'OnDelete' } },
    'spec.updateStrategy.type is OnDelete: A pod changes when it is deleted.',
  ],
  [
    'StatefulSet',
    { updateStrategy: { rollingUpdate: { partition: 2 } } },
    'spec.updateStrategy.rollingUpdate.partition: Only pods with an ordinal of 2 or more change.',
  ],
] as const)(
  'a %s whose pods follow later (%j) says so, and keeps its template',
  { timeout: 120_000 },
  async (kind, spec, text) => {
    const name = `later-${kind.toLowerCase()}`;
    const manifest = manifests[kind](name);
    await applied(charted.cluster, { ...manifest, spec: { ...manifest.spec, ...spec } });
    const before = await templateOf(kind, name);
    expect(await kubectl('annotate', kind, name, 'sidecar.io/topz=true')).toMatchObject({
      code: 0,
      stderr: `Warning: ${text}\n`,
    });
    expect(JSON.parse(await templateOf(kind, name)).metadata.annotations).toHaveProperty([carried]);
    await done('annotate', kind, name, 'sidecar.io/topz-');
    expect(await templateOf(kind, name)).toBe(before);
  },
);

describe('a declared kind', { timeout: 120_000 }, () => {
  it.each([
    ['Widget.example.com=spec.parts.*.template', undefined],
    ['Rollout.argoproj.io=spec.anything', undefined],
    [
      'Widget.example.com=spec.template',
      'Widget of example.com/v1 has no field spec.template, so it has no pod template at spec.template.',
    ],
    [
      'Widget.example.com=spec.bare',
      'The definition of Widget of example.com/v1 drops annotations at spec.bare, so sidecar annotations cannot reach its pods.',
    ],
    ['Gadget.example.com=spec.template', 'The API group example.com of the cluster has no kind Gadget.'],
    ['Widget.example.org=spec.template', 'The cluster has no API group example.org.'],
    [
      'Widget.example.com/widgetses=spec.template',
      'The plural of Widget in example.com is widgets, not widgetses: declare that one.',
    ],
  ])('%s is checked against the schema of the cluster', async (text, problem) => {
    const [kind] = declaredKinds([text]).declared;
    if (!kind) throw new Error(`${text} cannot be read`);
    // The API server publishes the schema of a new definition a moment after it is established.
    await vi.waitFor(async () => expect(await workloadProblem(kind, charted.api)).toBe(problem), { timeout: 60_000 });
  });

  it('with a problem at its path is refused at once, with the path of its pod template', async () => {
    const object = manifests.Widget('wrong');
    const annotations = { ...topz, 'sidecar.io/topz-port': '8080' };
    const { code, stderr } = await apply({ ...object, metadata: { name: 'wrong', annotations } });
    expect(code).toBe(1);
    expect(stderr).toContain("metadata.annotations['sidecar.io/topz-port']: Port 8080 is used by container web.");
    const part = {
      template: { metadata: { annotations: { 'sidecar.io/topzz': 'true' } }, spec: { containers: [container] } },
    };
    const inTemplate = await apply({ ...object, spec: { parts: [part] } });
    expect(inTemplate.stderr).toContain("spec.parts[0].template.metadata.annotations['sidecar.io/topzz']: ");
  });
});

it('a Helm release keeps the template of its Deployment when it is upgraded', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'released-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { helm } = await ensureBinaries(['helm']);
  const release = async (...words: string[]) => {
    const env = {
      ...process.env,
      KUBECONFIG: charted.cluster.kubeconfig,
      HELM_CACHE_HOME: folder,
      HELM_DATA_HOME: folder,
    };
    await promisify(execFile)(helm, [...words, 'released', folder, '-n', 'default'], { env });
  };
  mkdirSync(join(folder, 'templates'));
  writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: released\nversion: 1.0.0\n');
  writeFileSync(join(folder, 'templates', 'web.yaml'), JSON.stringify(manifests.Deployment('released')));
  await release('install');
  expect(await replicaSets('released')).toBe(1);
  await done('annotate', 'deployment', 'released', 'sidecar.io/topz=true');
  const first = await templateOf('deployment', 'released');
  expect(first).toContain(carried);
  for (let round = 0; round < 3; round++) await release('upgrade');
  expect(await templateOf('deployment', 'released')).toBe(first);
  expect(await replicaSets('released')).toBe(2);
});

describe('a Job', { timeout: 300_000 }, () => {
  it('that has started keeps its template, with a warning that says what to do', async () => {
    const job = manifests.Job('started');
    await applied(charted.cluster, { ...job, spec: { ...job.spec, suspend: false } });
    await untilPods('started', false);
    const before = await templateOf('job', 'started');
    const { code, stderr } = await kubectl('annotate', 'job', 'started', 'sidecar.io/topz=true');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        'Warning: metadata.annotations: The pod template of a Job cannot change once the Job has started, so these annotations have no effect. Delete the Job and create it again.\n',
    });
    expect(await templateOf('job', 'started')).toBe(before);
  });

  it('of a CronJob has what the CronJob carries, and is left alone', async () => {
    await applied(charted.cluster, manifests.CronJob('nested'));
    await done('annotate', 'cronjob', 'nested', 'sidecar.io/topz=true');
    await done('create', 'job', 'nested-1', '--from=cronjob/nested');
    await untilPods('nested', true);
  });
});

describe('an update that changes no pod template', { timeout: 120_000 }, () => {
  it('gives a warning where it adds a label, but not where the label stays', async () => {
    await applied(charted.cluster, manifests.Deployment('labelled'));
    expect(await kubectl('label', 'deployment', 'labelled', 'sidecar.io/topz=true')).toMatchObject({
      code: 0,
      stderr:
        "Warning: metadata.labels['sidecar.io/topz'] has no effect. Write spec.template.metadata.annotations['sidecar.io/topz'] instead.\n",
    });
    expect(await kubectl('scale', 'deployment', 'labelled', '--replicas=2')).toMatchObject({ code: 0, stderr: '' });
  });

  it('gives a warning where it adds an annotation that only the injector writes', async () => {
    await applied(charted.cluster, manifests.Deployment('by-hand'));
    for (const [key, value] of [
      [carried, '{"topz":"true"}'],
      ['sidecar.io/status', 'foo'],
    ])
      expect(await kubectl('annotate', 'deployment', 'by-hand', `${key}=${value}`)).toMatchObject({
        code: 0,
        stderr: expect.stringContaining(`Warning: metadata.annotations['${key}'] has no effect: `),
      });
    expect(await templateOf('Deployment', 'by-hand')).not.toContain('sidecar.io/');
    expect(await kubectl('scale', 'deployment', 'by-hand', '--replicas=2')).toMatchObject({ code: 0, stderr: '' });
  });

  it('gives a warning where it adds an annotation between the CronJob and its pod template', async () => {
    await applied(charted.cluster, manifests.CronJob('between'));
    const patch = JSON.stringify({ spec: { jobTemplate: { metadata: { annotations: topz } } } });
    expect(await kubectl('patch', 'cronjob', 'between', '-p', patch)).toMatchObject({
      code: 0,
      stderr:
        "Warning: spec.jobTemplate.metadata.annotations['sidecar.io/topz'] has no effect. Write spec.jobTemplate.spec.template.metadata.annotations['sidecar.io/topz'] instead.\n",
    });
  });
});

describe('a namespace', { timeout: 120_000 }, () => {
  const labels = (name: string) => done('get', 'namespace', name, '-o', 'jsonpath={.metadata.labels}').then(JSON.parse);

  it('with annotations has the label that makes them count, and a warning about what is wrong', async () => {
    await done('create', 'namespace', 'shop');
    expect(await labels('shop')).not.toHaveProperty(['sidecar.io/inject']);
    const { code, stderr } = await kubectl(
      'annotate',
      'namespace',
      'shop',
      'sidecar.io/topz=true',
      'sidecar.io/topz-port=80',
    );
    expect(code).toBe(0);
    expect(stderr).toContain("Warning: metadata.annotations['sidecar.io/topz-port']: ");
    expect(await labels('shop')).toMatchObject({ 'sidecar.io/inject': 'enabled' });
    const removed = await kubectl('annotate', 'namespace', 'shop', 'sidecar.io/topz-', 'sidecar.io/topz-port-');
    expect(removed.stderr).toContain('kubectl label namespace shop sidecar.io/inject-');
  });

  it('with a label in place of an annotation gives a warning', async () => {
    await done('create', 'namespace', 'labelled');
    expect(await kubectl('label', 'namespace', 'labelled', 'sidecar.io/topz=true')).toMatchObject({
      code: 0,
      stderr:
        "Warning: metadata.labels['sidecar.io/topz'] has no effect. Write metadata.annotations['sidecar.io/topz'] instead.\n",
    });
    expect(
      await kubectl('label', 'namespace', 'labelled', 'sidecar.io/inject=enabled', 'sidecar.io/topz-'),
    ).toMatchObject({
      stderr: '',
    });
    const { stderr } = await kubectl('label', 'namespace', 'labelled', 'sidecar.io/inject=true', '--overwrite');
    expect(stderr).toBe(
      `Warning: metadata.labels['sidecar.io/inject'] is "true", which has no effect. Write "enabled".\n`,
    );
  });

  it('that is excluded is left alone', async () => {
    expect(await kubectl('annotate', 'namespace', 'kube-node-lease', 'sidecar.io/topz=true')).toMatchObject({
      stderr: '',
    });
    expect(await labels('kube-node-lease')).not.toHaveProperty(['sidecar.io/inject']);
  });
});

it('workloads that say nothing cause no call', { timeout: 60_000 }, async () => {
  await applied(charted.cluster, manifests.Deployment('plain'));
  await done('scale', 'deployment', 'plain', '--replicas=2');
  await done('set', 'image', 'deployment/plain', 'web=web:3');
  await done('scale', 'deployment', 'once', '--replicas=2');
  const marks = charted.cluster
    .auditEvents()
    .filter(({ objectRef }) => objectRef?.resource === 'deployments' && objectRef.name === 'plain')
    .flatMap(({ annotations = {} }) => Object.entries(annotations))
    .filter(([key]) => key.startsWith('mutation.webhook.admission.k8s.io/'));
  expect(marks).toEqual([]);
});

it('while no injector answers, only changes of the annotations are refused', { timeout: 180_000 }, async () => {
  await applied(charted.cluster, manifests.Deployment('alone'));
  await done('annotate', 'deployment', 'alone', 'sidecar.io/git-repo=https://git.example.com/a.git');
  await untilPods('alone', true);
  await charted.webhook.stop();
  const refused = await kubectl('annotate', 'deployment', 'alone', 'sidecar.io/topz=true');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('failed calling webhook "carry-spec-template.sidecar.io"');
  await done('scale', 'deployment', 'alone', '--replicas=2');
  await done('set', 'image', 'deployment/alone', 'web=web:9');
  expect(JSON.parse(await templateOf('deployment', 'alone')).metadata.annotations).toHaveProperty([carried]);
  await applied(charted.cluster, manifests.Deployment('fresh'));
  await untilPods('fresh', false);
  await done('annotate', 'namespace', 'shop', 'sidecar.io/topz=true');
  // git is required: a pod that carries it must not start without it.
  const carrying = await vi.waitFor(
    async () => {
      const { stdout } = await kubectl('get', 'replicasets', '-l', 'app=alone', '-o', 'json');
      const found = JSON.parse(stdout).items.find((each: Listed) => JSON.stringify(each).includes('web:9'));
      expect(found, 'the ReplicaSet of the new image').toBeDefined();
      return found;
    },
    { timeout: 60_000, interval: 200 },
  );
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'bare', annotations: carrying.spec.template.metadata.annotations },
    spec: { containers: [container] },
  };
  const created = await charted.cluster.kubectl(['create', '-f', '-'], { stdin: JSON.stringify(pod) });
  expect(created.code).toBe(1);
  expect(created.stderr).toContain('failed calling webhook "required.sidecar.io"');
});
