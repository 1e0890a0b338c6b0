// Pods get their sidecars whatever happens to the injector, as long as one replica is up. `AVAILABILITY_SECONDS=180` creates
// pods for three minutes through each event.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installChart, release } from '../pieces/chart.ts';
import { killContainer } from '../pieces/kill-container.ts';
import { createNamespace } from '../pieces/place.ts';
import { restartApiServer } from '../pieces/restart-api-server.ts';
import { isReady, type Pod } from '../pieces/shapes.ts';
import { type Tally, whilePodsAreCreated } from '../pieces/steady-pods.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const namespace = 'e2e-availability';
const seconds = Number(process.env.AVAILABILITY_SECONDS ?? 8);

const injectors = async () => {
  const { items } = await target.get<{ items: Pod[] }>(
    'pods',
    '-n',
    release,
    '-l',
    'app.kubernetes.io/name=sidecar-injector',
  );
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
};
const untilReplicas = (count: number) =>
  until(`${count} injectors are ready`, async () => (await injectors()).filter(isReady).length === count || undefined, {
    seconds: 300,
  });

const configurations = ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration'].map(
  (kind) => `${kind}/${release}`,
);
const versions = async () =>
  Promise.all(configurations.map((name) => target.kubectl(['get', name, '-o', 'jsonpath={.metadata.uid}'])));
/** Deletes the webhook configurations, and waits until the injector has written them again. */
const deleteRegistration = async () => {
  const before = await versions();
  await target.kubectl(['delete', ...configurations]);
  const written = async () => (await versions()).every((uid, i) => uid !== '' && uid !== before[i]) || undefined;
  await until('the webhook configurations are there again', written, { seconds: 60, every: 50 });
};

async function through(event: () => Promise<unknown>): Promise<Tally> {
  await untilReplicas(2);
  const tally = await whilePodsAreCreated(target, namespace, seconds, event);
  console.log(expect.getState().currentTestName, JSON.stringify(tally));
  return tally;
}
/** Nobody noticed anything. */
const unharmed = { bare: 0, refused: [], unanswered: 0 };

beforeAll(() => createNamespace(target, namespace));
afterAll(() => target.kubectl(['delete', 'namespace', namespace, '--wait=false']));

describe('no pod is refused or bare through', () => {
  it('a rolling restart', async () => {
    const restart = async () => {
      await target.kubectl(['rollout', 'restart', '-n', release, `deployment/${release}`]);
      await target.kubectl(['rollout', 'status', '-n', release, `deployment/${release}`, '--timeout=600s']);
    };
    expect(await through(restart)).toMatchObject(unharmed);
  });

  it('the eviction of one replica after the other, as a drain does it', async () => {
    const evict = async () => {
      for (const { metadata } of await injectors()) {
        const eviction = {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: metadata.name, namespace: release },
        };
        const path = `/api/v1/namespaces/${release}/pods/${metadata.name}/eviction`;
        await target.kubectl(['create', '--raw', path, '-f', '-'], JSON.stringify(eviction));
        await untilReplicas(2);
      }
    };
    expect(await through(evict)).toMatchObject(unharmed);
  });

  it('an upgrade that changes a setting', async () => {
    expect(await through(() => installChart(target, 'logLevel=debug'))).toMatchObject(unharmed);
    expect(await through(() => installChart(target))).toMatchObject(unharmed);
  });

  it('an upgrade from a chart that rendered the webhooks to one that leaves them to the injector', async () => {
    await target.helm('uninstall', release, '-n', release, '--wait');
    await installChart(target, 'webhook.register=false');
    expect(await through(() => installChart(target))).toMatchObject(unharmed);
    expect(await through(() => installChart(target)), 'Helm deletes nothing later on').toMatchObject(unharmed);
    const owner = '{.metadata.ownerReferences[*].kind}';
    for (const name of configurations)
      expect(await target.kubectl(['get', name, '-o', `jsonpath=${owner}`])).toBe('ClusterRole');
  });

  it.runIf(target.provider === 'node')('a restart of the API server, among those that it answers', async () => {
    expect(await through(() => restartApiServer(target))).toMatchObject({ bare: 0, refused: [] });
  });
});

describe('pods are refused or bare for a moment only after', () => {
  it('kill -9 of a replica, until its endpoint is gone', async () => {
    const kill = async () => {
      const [replica] = await injectors();
      if (replica) await killContainer(target, replica, 'injector');
      await untilReplicas(2);
    };
    expect((await through(kill)).harmed).toBeLessThan(10_000);
  });

  it('the deletion of the webhook configurations, until they are there again', async () => {
    const { harmed, refused, unanswered } = await through(deleteRegistration);
    expect([refused, unanswered]).toEqual([[], 0]);
    expect(harmed).toBeLessThan(10_000);
  });
});
