// Replicas that compete for a Lease on a real API server.
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApi } from '../../src/cluster/api.ts';
import { competeForLease, type LeaseOptions } from '../../src/cluster/lease.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { createGate } from './gate.ts';

let cluster: ControlPlane;
beforeAll(async () => {
  cluster = await startControlPlane();
}, 900_000);
afterAll(() => cluster?.stop());

const patience = { timeout: 60_000 };

/** A replica, and what it said about its lease. */
function replica(kubeconfig: string, name: string, owner?: LeaseOptions['owner']) {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(kubeconfig);
  const said: boolean[] = [];
  const failures: unknown[] = [];
  const lease = competeForLease({
    ...{ api: openApi(kubeConfig), namespace: 'default', name, ...(owner ? { owner } : {}) },
    changed: (held) => void said.push(held),
    failed: (error) => void failures.push(error),
  });
  return { ...lease, said, failures };
}

it('a lease has one holder; the others take it at once when it is given back', async () => {
  const all = [1, 2, 3].map(() => replica(cluster.adminKubeConfigText, 'given-back'));
  const holders = () => all.filter(({ held }) => held());
  for (let given = 0; given < 3; given++) {
    await expect.poll(() => holders().length, patience).toBe(1);
    const [holder] = holders();
    await holder?.stop();
    expect(holder?.held()).toBe(false);
  }
  expect(all.map(({ said }) => said)).toEqual([[true], [true], [true]]);
  expect(all.flatMap(({ failures }) => failures)).toEqual([]);
});

it('a holder that cannot renew it stops before another one takes it, and does not get it back', async () => {
  const gate = await createGate(cluster.url);
  await gate.open();
  const first = replica(gate.through(cluster.adminKubeConfigText), 'lost');
  await expect.poll(first.held, patience).toBe(true);
  const second = replica(cluster.adminKubeConfigText, 'lost');
  gate.close();
  let both = 0;
  for (const start = performance.now(); !second.held(); ) {
    expect(performance.now() - start).toBeLessThan(60_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (first.held() && second.held()) both += 1;
  }
  expect([both, first.held()]).toEqual([0, false]);
  expect(first.failures.length).toBeGreaterThan(0);
  await gate.open();
  await expect.poll(() => first.said, patience).toEqual([true, false]);
  await new Promise((resolve) => setTimeout(resolve, 5000));
  expect([first.held(), second.held()]).toEqual([false, true]);
  await Promise.all([first.stop(), second.stop()]);
  gate.close();
});

it('an API server that is away for a while costs no holder its lease', async () => {
  const gate = await createGate(cluster.url);
  await gate.open();
  const through = gate.through(cluster.adminKubeConfigText);
  const first = replica(through, 'kept');
  await expect.poll(first.held, patience).toBe(true);
  const second = replica(through, 'kept');
  await new Promise((resolve) => setTimeout(resolve, 1500)); // it has seen the lease
  gate.close();
  await new Promise((resolve) => setTimeout(resolve, 7000)); // longer than others respect a lease that they see
  await gate.open();
  await expect.poll(first.held, patience).toBe(true);
  expect([first.said, second.said]).toEqual([[true, false, true], []]);
  await Promise.all([first.stop(), second.stop()]);
  gate.close();
});

it('the lease of a holder that has died is taken also where the API server is slow', async () => {
  const [way, slow] = [await createGate(cluster.url), await createGate(cluster.url)];
  await Promise.all([way.open(), slow.open()]);
  const first = replica(way.through(cluster.adminKubeConfigText), 'slow');
  await expect.poll(first.held, patience).toBe(true);
  const second = replica(slow.through(cluster.adminKubeConfigText), 'slow');
  await new Promise((resolve) => setTimeout(resolve, 1500)); // it has seen the lease
  slow.delay(1200);
  way.close();
  await expect.poll(second.held, { timeout: 60_000 }).toBe(true);
  slow.delay(0);
  await Promise.all([first.stop(), second.stop()]);
  slow.close();
});

it('a holder that ends while the API server is away says so, and ends all the same', async () => {
  const gate = await createGate(cluster.url);
  await gate.open();
  const holder = replica(gate.through(cluster.adminKubeConfigText), 'away');
  await expect.poll(holder.held, patience).toBe(true);
  gate.close();
  await holder.stop();
  expect(holder.failures).not.toEqual([]);
  expect(holder.held()).toBe(false);
});

it('a lease that is created belongs to its owner, so it goes with it', async () => {
  const owner = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'view', uid: 'one' };
  const lease = replica(cluster.adminKubeConfigText, 'owned', async () => owner);
  await expect.poll(lease.held, patience).toBe(true);
  const get = ['get', 'lease', 'owned', '-n', 'default', '-o', 'jsonpath={.metadata.ownerReferences[*].name}'];
  expect(await cluster.kubectl(get)).toMatchObject({ code: 0, stdout: 'view' });
  await lease.stop();
});
