// What becomes of pods while every injector is away, and afterwards.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appPod, appSpec } from '../pieces/app.ts';
import { release } from '../pieces/chart.ts';
import { containerNames, containersTried, tryCreate } from '../pieces/dry-run.ts';
import { untilBothReady } from '../pieces/injectors.ts';
import { createNamespace } from '../pieces/place.ts';
import { readyPod } from '../pieces/pods.ts';
import { enforcePolicy, removePolicy, untilRefused } from '../pieces/policy.ts';
import type { Pod } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { sleeping } from '../pieces/workloads.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const plain = 'e2e-no-injector';
const labelled = 'e2e-no-injector-labelled';
const governed = 'e2e-no-injector-policy';
const policy = 'e2e-no-injector';
const git = { 'sidecar.io/git-repo': 'https://example.com/site.git' };
const topz = { 'sidecar.io/topz': 'true' };

const scale = (replicas: number) =>
  target.kubectl(['scale', '-n', release, `deployment/${release}`, `--replicas=${replicas}`]);

async function untilNoneAnswers(): Promise<void> {
  const look = async () => {
    const endpoints = ['endpointslices', '-n', release, '-l', `kubernetes.io/service-name=${release}`];
    const { items } = await target.get<{ items: { endpoints?: unknown[] | null }[] }>(...endpoints);
    return items.every(({ endpoints }) => !endpoints?.length) || undefined;
  };
  await until('the Service has no endpoint', look, { seconds: 180 });
}

/** A Deployment whose pods have these annotations: its controller tries again until they are taken. */
const later = (annotations: object) => {
  const labels = { app: 'later' };
  const template = { metadata: { labels, annotations }, spec: appSpec('sleep 600') };
  const spec = { selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'later' }, spec };
};

beforeAll(async () => {
  for (const namespace of [plain, labelled, governed]) await createNamespace(target, namespace);
  await target.kubectl(['label', 'namespace', labelled, 'sidecar.io/inject=enabled']);
  await enforcePolicy(target, policy, governed);
});
afterAll(async () => {
  await removePolicy(target, policy);
  await target.kubectl(['delete', 'namespace', plain, labelled, governed, '--wait=false']);
});

describe('while no injector answers', () => {
  beforeAll(async () => {
    await scale(0);
    await untilNoneAnswers();
  });
  afterAll(async () => {
    await scale(2);
    await untilBothReady(target);
  });

  it('what needs its sidecar waits, what can do without starts, what asks for none is not held up', async () => {
    expect(await tryCreate(target, plain, appPod('app', git, 'exit'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('failed calling webhook "required.sidecar.io"'),
    });
    expect(await containersTried(target, plain, topz)).toEqual(['app']);
    expect(await containersTried(target, plain, {})).toEqual(['app']);
    await target.apply(plain, later(git));
  });

  it('in a labelled namespace no pod starts without what the namespace sets, whatever the pod says', async () => {
    for (const annotations of [{}, topz, { 'sidecar.io/tops': 'true' }, { 'sidecar.io/inject': 'false' }])
      await untilRefused(
        () => tryCreate(target, labelled, appPod('app', annotations, 'exit')),
        'failed calling webhook "namespace.sidecar.io"',
      );
  });

  it('a pod of an enforced policy is refused in the words of the policy, and all others start', async () => {
    const required = `The policy ${policy} requires the sidecar topz, and the pod has no container sidecar-topz.`;
    for (const annotations of [{}, topz, { 'sidecar.io/inject': 'false' }])
      await untilRefused(() => tryCreate(target, governed, appPod('app', annotations, 'exit')), required);
    await target.apply(governed, later({}));
    const failure = ['wait', '-n', governed, '--for=condition=ReplicaFailure', 'deployment/later', '--timeout=180s'];
    await target.kubectl(failure);
    const said = '-o=jsonpath={.status.conditions[?(@.type=="ReplicaFailure")].message}';
    expect(await target.kubectl(['get', '-n', governed, 'deployment/later', said])).toContain(required);

    const exempt = appPod('legacy', {}, sleeping);
    const legacy = { ...exempt, metadata: { ...exempt.metadata, labels: { app: 'legacy' } } };
    await target.apply(governed, legacy);
    await target.apply(plain, appPod('other', {}, sleeping));
    for (const namespace of [governed, plain])
      expect(containerNames(await readyPod(target, namespace))).toEqual(['app']);
  });
});

it.each([
  [plain, 'sidecar-git'],
  [governed, 'sidecar-topz'],
])('once there is an injector, the pod that had to wait in %s comes with %s', async (namespace, sidecar) => {
  const look = async () => {
    const { items } = await target.get<{ items: Pod[] }>('pods', '-n', namespace, '-l', 'app=later');
    return items[0]?.spec.initContainers?.map(({ name }) => name);
  };
  expect(await until('the pod is created', look, { seconds: 300 })).toEqual([sidecar]);
});
