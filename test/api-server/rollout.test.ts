// `sidecar rollout` and `sidecar repair` on a real API server with its controllers, after an installation: every pod is
// older. Nothing runs the pods.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWebhook } from '../../demo/webhook.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import type { Daemon } from '../cluster/daemon.ts';
import { type Charted, registrationFlags, startCharted, startControllers } from './chart.ts';
import { type Commanded, commandProcess } from './command.ts';
import { until } from './explained.ts';
import { applied, untilAsked } from './setup.ts';

const labels = (name: string) => ({ matchLabels: { app: name } });
const template = (name: string) => ({
  metadata: { labels: { app: name }, annotations: { 'sidecar.io/topz': 'true' } },
  spec: { containers: [{ name: 'web', image: 'web', resources: { requests: { memory: '1Mi' } } }] },
});
const inShop = (kind: string, name: string, spec: object, apiVersion = 'apps/v1') => ({
  ...{ apiVersion, kind, metadata: { name, namespace: 'shop' }, spec },
});
const owner = (kind: string, name: string, spec: object = {}) =>
  inShop(kind, name, { replicas: 1, selector: labels(name), template: template(name), ...spec });
const job = { template: { ...template('once'), spec: { ...template('').spec, restartPolicy: 'Never' } } };

let charted: Charted;
let cluster: ControlPlane;
let controllers: Daemon;
let commanded: Commanded;
beforeAll(async () => {
  charted = await startCharted({
    async start(kubeconfig, started) {
      cluster = started;
      commanded = { kubectl: (await ensureBinaries(['kubectl'])).kubectl, kubeconfig: cluster.kubeconfig };
      controllers = await startControllers(cluster, [
        'deployment',
        'replicaset',
        'statefulset',
        'job',
        'resourcequota',
      ]);
      await applied(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
      await applied(
        cluster,
        ...['one', 'two', 'three', 'four'].map((name) => owner('Deployment', name)),
        owner('Deployment', 'plain', { template: { ...template('plain'), metadata: { labels: { app: 'plain' } } } }),
        owner('Deployment', 'paused'),
        owner('Deployment', 'bound', { strategy: { type: 'Recreate' } }),
        inShop('PodDisruptionBudget', 'bound', { minAvailable: 1, selector: labels('bound') }, 'policy/v1'),
        owner('StatefulSet', 'db', { serviceName: 'db', podManagementPolicy: 'Parallel' }),
        owner('StatefulSet', 'queue', { serviceName: 'queue' }),
        {
          ...inShop('Pod', 'alone', template('').spec, 'v1'),
          metadata: { ...template('alone').metadata, name: 'alone', namespace: 'shop' },
        },
        inShop('Job', 'once', job, 'batch/v1'),
      );
      await until(async () => (await names('pods')).length === 11, 'the pods are there');
      await cluster.kubectl(['patch', 'deployment', 'paused', '-n', 'shop', '-p', '{"spec":{"paused":true}}']);
      return startWebhook((origin) => ['--cluster', kubeconfig, ...registrationFlags(origin)]);
    },
  });
  await untilAsked(cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(async () => {
  await controllers?.stop();
  await charted?.stop();
});

const rollout = (args: string) => commandProcess(commanded, ['rollout', ...args.split(' '), '-n', 'shop']);

async function get(...args: string[]): Promise<string> {
  const { stdout } = await cluster.kubectl(['get', '-n', 'shop', ...args]);
  return stdout;
}

async function names(type: string): Promise<string[]> {
  return (await get(type, '-o', 'name')).trim().split('\n').filter(Boolean);
}

/** Says of a pod what its kubelet would say. */
async function setStatus(pod: string, status: object): Promise<void> {
  const patch = JSON.stringify({ status });
  await cluster.kubectl(['patch', pod, '-n', 'shop', '--subresource=status', '--type=merge', '-p', patch]);
}

/** The Deployments and StatefulSets that were restarted. */
async function restarted(): Promise<string[]> {
  const { items } = JSON.parse(await get('deployments,statefulsets', '-o', 'json'));
  type Item = { metadata: { name: string }; spec: { template: { metadata: { annotations?: object } } } };
  const isRestarted = ({ spec }: Item) =>
    'kubectl.kubernetes.io/restartedAt' in (spec.template.metadata.annotations ?? {});
  return items.filter(isRestarted).map(({ metadata }: Item) => metadata.name);
}

it('a dry run shows the waves of what is out of date and who is left alone, and changes nothing', async () => {
  const { code, stdout } = await rollout('--wave 3 --dry-run -o json');
  expect(code).toBe(0);
  const { waves, workloads } = JSON.parse(stdout);
  const found = workloads.map(({ kind, name, state, wave }: Record<string, unknown>) => [kind, name, state, wave]);
  expect(waves).toBe(3);
  expect(found.toSorted()).toEqual([
    ['Deployment', 'bound', 'planned', expect.any(Number)],
    ['Deployment', 'four', 'planned', expect.any(Number)],
    ['Deployment', 'one', 'planned', expect.any(Number)],
    ['Deployment', 'paused', 'left', undefined],
    ['Deployment', 'three', 'planned', expect.any(Number)],
    ['Deployment', 'two', 'planned', expect.any(Number)],
    ['Job', 'once', 'left', undefined],
    ['Pod', 'alone', 'left', undefined],
    ['StatefulSet', 'db', 'planned', expect.any(Number)],
    ['StatefulSet', 'queue', 'planned', expect.any(Number)],
  ]);
  expect(await restarted()).toEqual([]);
});

it('names, namespaces and labels choose among them', async () => {
  const repair = async (...args: string[]) =>
    (await commandProcess(commanded, ['repair', '--dry-run', ...args])).stdout;
  expect(await repair('-n', 'shop', 'deployment', 'two', 'plain')).toBe(
    'wave 1: deployment/two -n shop: to be restarted\ndeployment/plain -n shop: up to date\n1 to be restarted, 1 up to date\n',
  );
  expect(await repair('-A', '-l', 'app=db')).toBe(
    'wave 1: statefulset/db -n shop: to be restarted\n1 to be restarted\n',
  );
  expect(await repair('-n', 'default')).toBe('Nothing is out of date.\n');
});

it('a pod or a ReplicaSet stands for its Deployment', async () => {
  const [pod = ''] = (await names('pods')).filter((name) => name.startsWith('pod/one-'));
  const [replicas = ''] = (await names('replicasets')).filter((name) => name.includes('/one-'));
  const { stdout } = await rollout(`${pod} ${replicas} --dry-run`);
  expect(stdout).toBe('wave 1: deployment/one -n shop: to be restarted\n1 to be restarted\n');
});

it('what does not exist, or makes no pods, is an error before anything is touched', async () => {
  const { code, stdout, stderr } = await rollout('deployment/one deployment/gone serviceaccount/default');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('error: Error from server (NotFound): deployments.apps "gone" not found\n');
  expect(stderr).toContain('error: serviceaccount/default is not a workload that this command can restart.\n');
  expect(await restarted()).toEqual([]);
});

it('without the right to change a workload it stops, with the words of the API server', async () => {
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'viewer', namespace: 'shop' } };
  await applied(
    cluster,
    { ...rbac, kind: 'Role', rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }] },
    {
      ...{ ...rbac, kind: 'RoleBinding', subjects: [{ kind: 'User', name: 'ada' }] },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'viewer' },
    },
  );
  const { code, stdout, stderr } = await rollout('deployment/one deployment/two --as ada');
  expect(code).toBe(1);
  expect(stderr).toContain('error: Stopped in wave 1 of 2 at deployment/one -n shop.\n');
  expect(stderr).toMatch(/Refused: .*User "ada" cannot patch resource "deployments"/);
  expect(stdout).toContain('deployment/two -n shop: not touched');
  expect(await restarted()).toEqual([]);
});

it('a budget that allows no disruption is waited for, and the workload is not touched', async () => {
  const [pod = ''] = (await names('pods')).filter((name) => name.startsWith('pod/bound-'));
  await setStatus(pod, { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] });
  const { code, stderr } = await rollout('deployment/bound --timeout 1s');
  expect(code).toBe(1);
  expect(stderr).toContain('error: DisruptionBudget: PodDisruptionBudget bound allows 0 disruptions');
  expect(await restarted()).toEqual([]);
});

it('pods that do not become ready in time stop it', async () => {
  const { code, stdout, stderr } = await rollout('deployment/four deployment/three --timeout 1s');
  expect(code).toBe(1);
  expect(stderr).toMatch(/error: .*No further pod became ready within 1 s\./);
  expect(stdout).toContain('deployment/three -n shop: not touched');
});

it('pods that the API server refuses stop it in the first wave, with its words', async () => {
  const quota = inShop('ResourceQuota', 'full', { hard: { 'requests.memory': '0' } }, 'v1');
  await applied(cluster, quota);
  await until(async () => (await get('quota', 'full', '-o', 'jsonpath={.status.hard}')) !== '', 'the quota counts');
  const { code, stdout, stderr } = await rollout('deployment/one deployment/two deployment/three --timeout 5m -o json');
  expect(code).toBe(1);
  expect(stderr).toMatch(/Stopped in wave 1 of 3 at deployment\/one -n shop\.\n.*FailedCreate: .*exceeded quota/);
  const states = JSON.parse(stdout).workloads.map(({ state }: { state: string }) => state);
  expect(states).toEqual(['failed', 'untouched', 'untouched']);
  expect(await restarted()).toEqual(['four', 'one']);
  // Of a StatefulSet only Events say so.
  const set = await rollout('statefulset/db --timeout 5m');
  expect(set).toMatchObject({ code: 1, stderr: expect.stringMatching(/FailedCreate: .*exceeded quota/) });
});

const crashing = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'False' }],
  containerStatuses: [
    {
      ...{ name: 'sidecar-topz', image: 'topz', imageID: '', ready: false, restartCount: 2 },
      ...{ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 7 } } },
    },
  ],
};
const ready = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'True' }],
  containerStatuses: [],
};

/** Waits for the pod of a workload that was made after its restart. */
async function restartedPod(name: string): Promise<string> {
  let found = '';
  await until(async () => {
    const { items } = JSON.parse(await get('pods', '-l', `app=${name}`, '-o', 'json'));
    type Item = { metadata: { name: string; annotations: object; deletionTimestamp?: string } };
    const fresh = items.find(
      ({ metadata }: Item) =>
        'kubectl.kubernetes.io/restartedAt' in metadata.annotations && metadata.deletionTimestamp === undefined,
    );
    found = fresh === undefined ? '' : `pod/${fresh.metadata.name}`;
    return found !== '';
  }, `${name} has a new pod`);
  return found;
}

it('a workload that an earlier run has left with new pods that fail comes first, until they are ready', async () => {
  await cluster.kubectl(['delete', 'quota', 'full', '-n', 'shop']);
  const [old = ''] = (await names('pods')).filter((name) => name.startsWith('pod/bound-'));
  await setStatus(old, crashing);
  const first = rollout('deployment/bound --timeout 5m');
  const pod = await restartedPod('bound');
  await setStatus(pod, crashing);
  expect((await first).stderr).toContain('container sidecar-topz of the sidecar topz, CrashLoopBackOff');
  // Its only pod is new: an audit finds nothing there.
  const again = await rollout('deployment/bound deployment/two --timeout 5m');
  expect(again.stderr).toContain('Stopped in wave 1 of 2 at deployment/bound -n shop.');
  expect(again.stdout).toContain('deployment/two -n shop: not touched');
  expect(await restarted()).not.toContain('two');
  const { stdout } = await commandProcess(commanded, ['repair', '--dry-run', '-n', 'shop', '-l', 'app=bound']);
  expect(stdout).toBe('wave 1: deployment/bound -n shop: restarted, not ready yet\n1 restarted, not ready yet\n');
  await setStatus(pod, ready);
  // As soon as its controller has seen that, it is up to date.
  const stdoutOfLast = expect.stringMatching(/: (ready|up to date)\n/);
  expect(await rollout('deployment/bound')).toMatchObject({ code: 0, stdout: stdoutOfLast });
});

it('a StatefulSet that waits for a failing pod gets it anew', async () => {
  await setStatus('pod/queue-0', crashing);
  const run = rollout('statefulset/queue --timeout 5m');
  await setStatus(await restartedPod('queue'), ready);
  const { code, stdout, stderr } = await run;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'wave 1: statefulset/queue -n shop: ready\n1 ready\n' });
  expect(stderr).toContain('evicting pod queue-0');
});
