// Events about pods, as the API server has them: real controllers create the pods, and people look at their Deployment.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Daemon } from '../cluster/daemon.ts';
import { type Charted, startCharted, startControllers } from './chart.ts';
import { template } from './cluster-templates.ts';
import { applied, untilAsked, untilDefined } from './setup.ts';

interface Event {
  readonly reason: string;
  readonly note: string;
  readonly type: string;
  readonly action: string;
  readonly reportingController: string;
  readonly regarding: { readonly kind: string; readonly name: string; readonly uid?: string };
}

let charted: Charted;
let controllers: Daemon;
beforeAll(async () => {
  charted = await startCharted();
  controllers = await startControllers(charted.cluster);
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } }; // for a DaemonSet
  await applied(charted.cluster, node, rollouts);
  await untilDefined(charted.cluster);
  await untilAsked(charted.cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(async () => {
  await controllers?.stop();
  await charted?.stop();
});

const rollouts = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'rollouts.argoproj.io' },
  spec: {
    group: 'argoproj.io',
    names: { kind: 'Rollout', plural: 'rollouts' },
    scope: 'Namespaced',
    versions: [
      {
        ...{ name: 'v1alpha1', served: true, storage: true },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

const typo = { 'sidecar.io/topzz': 'true' };
/** Workloads with a typo are refused when they are written; those with a warning are not. */
const off = { 'sidecar.io/topz': 'false', 'sidecar.io/topz-port': '2000' };
const warning = 'metadata.annotations[\'sidecar.io/topz-port\'] has no effect: sidecar.io/topz is "false"';
const sentence =
  /^metadata\.annotations\['sidecar\.io\/topzz'\]: .*Did you mean sidecar\.io\/topz\?.* \[unknown-annotation\]$/;

const podTemplate = (app: string, annotations: object, restartPolicy = 'Always') => ({
  metadata: { labels: { app }, annotations },
  // A DaemonSet has a pod on the node, although no kubelet says that it is ready.
  spec: { restartPolicy, tolerations: [{ operator: 'Exists' }], containers: [{ name: 'app', image: 'app' }] },
});

const workload = (kind: string, name: string, spec: object, annotations: object = typo) => ({
  apiVersion: kind === 'Job' || kind === 'CronJob' ? 'batch/v1' : 'apps/v1',
  ...{ kind, metadata: { name } },
  spec: { ...spec, selector: { matchLabels: { app: name } }, template: podTemplate(name, annotations) },
});

async function eventsAbout(name: string): Promise<Event[]> {
  const { stdout } = await charted.cluster.kubectl(['get', 'events.events.k8s.io', '-o', 'json']);
  const { items } = JSON.parse(stdout) as { items: Event[] };
  return items.filter((event) => event.reportingController === 'sidecar.io/injector' && event.regarding.name === name);
}

const untilEvents = (name: string) =>
  expect.poll(() => eventsAbout(name), { timeout: 120_000, interval: 250, message: name });

/** The injector hears of a deletion a moment later. */
async function untilRefused(annotation: string): Promise<void> {
  const metadata = { name: 'tried', annotations: { [annotation]: 'true' } };
  const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec: podTemplate('', {}).spec });
  const create = () => charted.cluster.kubectl(['create', '--dry-run=server', '-f', '-'], { stdin });
  await expect.poll(async () => (await create()).stderr, { timeout: 60_000 }).toContain(annotation);
}

const uidOf = async (kind: string, name: string) =>
  (await charted.cluster.kubectl(['get', kind, name, '-o', 'jsonpath={.metadata.uid}'])).stdout;

describe('a pod with a warning', () => {
  it.each(['Deployment', 'StatefulSet', 'DaemonSet'])('is an Event about its %s', async (kind) => {
    const name = kind.toLowerCase();
    await applied(charted.cluster, workload(kind, name, kind === 'DaemonSet' ? {} : { replicas: 2 }, off));
    await untilEvents(name).toMatchObject([
      {
        ...{ reason: 'SidecarWarning', type: 'Warning', action: 'Inject', note: warning },
        regarding: { kind, name, uid: await uidOf(kind, name), namespace: 'default' },
      },
    ]);
    const { stdout } = await charted.cluster.kubectl(['describe', kind, name]);
    expect(stdout, 'kubectl describe has it').toMatch(/Warning +SidecarWarning .*has no effect/);
  });

  it.each([
    ['Job', {}],
    ['CronJob', { schedule: '0 0 1 1 *' }],
  ])('is an Event about its %s', { timeout: 300_000 }, async (kind, more) => {
    const name = kind.toLowerCase();
    const spec = { template: podTemplate(name, off, 'Never') };
    const full = kind === 'Job' ? { ...spec, ...more } : { ...more, jobTemplate: { spec } };
    await applied(charted.cluster, { apiVersion: 'batch/v1', kind, metadata: { name }, spec: full });
    // Its Job has the same owner as one that is created by the schedule.
    if (kind === 'CronJob') await charted.cluster.kubectl(['create', 'job', 'now', '--from=cronjob/cronjob']);
    await untilEvents(name).toMatchObject([{ note: warning, regarding: { kind, uid: await uidOf(kind, name) } }]);
  });
});

describe('a pod that is refused', () => {
  it('because its template was deleted is an Event about its Deployment', async () => {
    const { cluster } = charted;
    await applied(cluster, template('gone'));
    const status = ['get', 'clustersidecartemplate', 'gone', '-o', 'jsonpath={.status.conditions[0].status}'];
    await expect.poll(async () => (await cluster.kubectl(status)).stdout, { timeout: 60_000 }).toBe('True');
    await applied(cluster, workload('Deployment', 'orphan', { replicas: 0 }, { 'sidecar.io/gone': 'true' }));
    expect(await cluster.kubectl(['delete', 'clustersidecartemplate', 'gone'])).toMatchObject({ code: 0 });
    await untilRefused('sidecar.io/gone');
    await cluster.kubectl(['scale', 'deployment', 'orphan', '--replicas=2']);
    await untilEvents('orphan').toMatchObject([
      { reason: 'SidecarRefused', note: expect.stringContaining('sidecar.io/gone'), regarding: { kind: 'Deployment' } },
    ]);
  });

  it('is an Event about a Rollout, which the injector may not read', async () => {
    await applied(charted.cluster, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'canary' },
    });
    const owner = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'canary' };
    const uid = await uidOf('rollouts', 'canary');
    const replicaSet = workload('ReplicaSet', 'canary-1', { replicas: 1 });
    const metadata = { name: 'canary-1', ownerReferences: [{ ...owner, uid, controller: true }] };
    await applied(charted.cluster, { ...replicaSet, metadata });
    await untilEvents('canary').toMatchObject([{ reason: 'SidecarRefused', regarding: { ...owner, uid } }]);
  });

  it('is an Event about the pod by its name, where it has no owner', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'alone', annotations: typo },
      spec: podTemplate('', {}).spec,
    };
    await charted.cluster.kubectl(['create', '-f', '-'], { stdin: JSON.stringify(pod) });
    await untilEvents('alone').toMatchObject([
      { reason: 'SidecarRefused', note: expect.stringMatching(sentence), regarding: { kind: 'Pod' } },
    ]);
  });

  it('that claims an owner with the uid of another one is no Event about the Deployment of that one', async () => {
    await applied(charted.cluster, workload('Deployment', 'honest', { replicas: 1 }, {}));
    const list = ['get', 'replicasets', '-l', 'app=honest', '-o', 'jsonpath={.items[0].metadata.name}'];
    await expect.poll(async () => (await charted.cluster.kubectl(list)).stdout, { timeout: 60_000 }).not.toBe('');
    const { stdout: name } = await charted.cluster.kubectl(list);
    const forged = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: 'made-up', controller: true };
    const metadata = { name: 'forged', annotations: typo, ownerReferences: [forged] };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: podTemplate('', {}).spec };
    await charted.cluster.kubectl(['create', '-f', '-'], { stdin: JSON.stringify(pod) });
    await untilEvents(name).toMatchObject([{ regarding: { kind: 'ReplicaSet', uid: 'made-up' } }]);
    expect(await eventsAbout('honest')).toEqual([]);
  });
});

describe('a pod that is created', () => {
  it('is an Event about its Deployment if it has warnings, and none without', async () => {
    const quiet = { 'sidecar.io/topz': 'true' };
    const warned = { ...quiet, 'sidecar.io/git': 'false', 'sidecar.io/git-repo': 'https://git.example.com/a.git' };
    await applied(
      charted.cluster,
      workload('Deployment', 'quiet', { replicas: 2 }, quiet),
      workload('Deployment', 'warned', { replicas: 2 }, warned),
    );
    const note = 'metadata.annotations[\'sidecar.io/git-repo\'] has no effect: sidecar.io/git is "false"';
    await untilEvents('warned').toMatchObject([{ reason: 'SidecarWarning', note, regarding: { kind: 'Deployment' } }]);
    const pods = async () => (await charted.cluster.kubectl(['get', 'pods', '-l', 'app=quiet', '-o', 'name'])).stdout;
    await expect.poll(pods, { timeout: 60_000 }).toMatch(/quiet.*\n.*quiet/);
    expect(await eventsAbout('quiet')).toEqual([]);
  });
});

describe('a dry run', () => {
  it('is no Event', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'dry', annotations: typo },
      spec: podTemplate('', {}).spec,
    };
    const create = (...flags: string[]) =>
      charted.cluster.kubectl(['create', ...flags, '-f', '-'], { stdin: JSON.stringify(pod) });
    expect(await create('--dry-run=server')).toMatchObject({ code: 1, stderr: expect.stringContaining('topzz') });
    await charted.cluster.kubectl(['create', '-f', '-'], {
      stdin: JSON.stringify({ ...pod, metadata: { ...pod.metadata, name: 'wet' } }),
    });
    await untilEvents('wet').toHaveLength(1);
    expect(await eventsAbout('dry')).toEqual([]);
  });
});
