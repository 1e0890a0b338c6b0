// Replicas that keep their webhook configurations on a real API server, whatever becomes of these.
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebhook, type Webhook } from '../../demo/webhook.ts';
import type { StoredObject } from '../../src/cluster/own-object.ts';
import type { Daemon } from '../cluster/daemon.ts';
import { type Charted, registrationFlags, release, renderedChart, startCharted, startControllers } from './chart.ts';
import { applied } from './setup.ts';

/** Milliseconds in which a registration is repaired. */
const bound = 10_000;

const group = '/apis/admissionregistration.k8s.io/v1';
const paths = ['mutating', 'validating'].map((kind) => `${group}/${kind}webhookconfigurations/${release}`);
const [mutating = ''] = paths;
const lease = `/apis/coordination.k8s.io/v1/namespaces/${release}/leases/${release}`;

let charted: Charted;
let controllers: Daemon;
const replicas: Webhook[] = [];
beforeAll(async () => {
  charted = await startCharted({
    // As OpenShift has it: who sets the owner of an object must have the right to delete it.
    extraApiServerArgs: ['--enable-admission-plugins=OwnerReferencesPermissionEnforcement'],
    async start(kubeconfig) {
      const first = await startWebhook((origin) => flags(kubeconfig, origin));
      replicas.push(first);
      // The others would register the first one's address, but wait longer for its answers, as those of another version
      // do.
      const origin = new URL(first.url).origin;
      const others = [1, 2].map(() =>
        startWebhook([...flags(kubeconfig, origin), '--webhook-timeout=29s'], [], undefined, dirname(first.ca)),
      );
      replicas.push(...(await Promise.all(others)));
      return first;
    },
  });
  controllers = await startControllers(charted.cluster, ['garbage-collector', 'namespace']);
}, 900_000);
afterAll(async () => {
  await Promise.all(replicas.slice(1).map((replica) => replica.stop()));
  await controllers?.stop();
  await charted?.stop();
});

const flags = (kubeconfig: string, origin: string) => [
  ...['--cluster', kubeconfig, '--lease', `${release}/${release}`],
  ...registrationFlags(origin),
];

async function stored(path: string): Promise<StoredObject | undefined> {
  const { status, body } = await charted.api({ path });
  return status === 200 ? (body as StoredObject) : undefined;
}

/**
 * What the registration is about: all but what the API server writes, and what depends on which replica has written.
 */
async function contents(): Promise<unknown> {
  const objects = await Promise.all(paths.map(stored));
  return objects.map((object) => {
    const webhooks = object?.webhooks as readonly { timeoutSeconds: number }[] | undefined; // of its type
    const ours = webhooks?.map((webhook) => ({ ...webhook, timeoutSeconds: webhook.timeoutSeconds >= 29 }));
    return object && [ours, object.metadata.labels, object.metadata.ownerReferences];
  });
}

/** Of the lease: the replica that writes. */
async function holder(): Promise<string> {
  const { holderIdentity = '' } = ((await stored(lease))?.spec ?? {}) as { holderIdentity?: string }; // of its type
  return holderIdentity;
}

/** Does something to the registration, and gives the milliseconds until it is as before. */
async function repairedAfter(change: () => Promise<unknown>): Promise<number> {
  const before = await contents();
  await change();
  const start = performance.now();
  await expect.poll(contents, { timeout: 60_000, interval: 20 }).toEqual(before);
  return performance.now() - start;
}

const kubectl = async (...args: string[]) => {
  const result = await charted.cluster.kubectl(args);
  expect(result, result.stderr).toMatchObject({ code: 0 });
};
const both = `mutatingwebhookconfiguration/${release} validatingwebhookconfiguration/${release}`.split(' ');
const patched = (type: string, patch: unknown) => () =>
  kubectl('patch', both[0] ?? '', '--type', type, '-p', JSON.stringify(patch));

describe('a registration', () => {
  it('is owned by the ClusterRole of the chart, and that by the namespace of the injector', async () => {
    const namespace = await stored(`/api/v1/namespaces/${release}`);
    const ownersOf = async (path: string) => (await stored(path))?.metadata.ownerReferences;
    const role = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${release}`;
    await expect
      .poll(() => ownersOf(role), { timeout: 60_000 })
      .toEqual([{ apiVersion: 'v1', kind: 'Namespace', name: release, uid: namespace?.metadata.uid }]);
    const { uid } = (await stored(role))?.metadata ?? {};
    for (const path of paths)
      await expect
        .poll(() => ownersOf(path), { timeout: 60_000 })
        .toEqual([{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: release, uid }]);
  });

  it('that is as it must be is not written, also where replicas would write another one', async () => {
    const versions = async () => (await Promise.all(paths.map(stored))).map((object) => JSON.stringify(object));
    const observed = async () => {
      const before = await Promise.all([holder(), versions()]);
      await sleep(12_000);
      return { before, after: await Promise.all([holder(), versions()]) };
    };
    let { before, after } = await observed();
    // On a machine that is busy, another replica may become the writer, and may write once.
    while (before[0] !== after[0]) ({ before, after } = await observed());
    expect(after).toEqual(before);
  });

  const edits: Readonly<Record<string, () => Promise<unknown>>> = {
    'deletion of both': () => kubectl('delete', ...both),
    'deletion of the mutating one': () => kubectl('delete', both[0] ?? ''),
    'another caBundle': patched('json', [
      {
        op: 'replace',
        path: '/webhooks/0/clientConfig/caBundle',
        value: 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCi0tLS0tRU5E',
      },
    ]),
    'an entry that is gone': patched('json', [{ op: 'remove', path: '/webhooks/1' }]),
    'no entries': patched('merge', { webhooks: null }),
    'another failure policy': patched('json', [{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Ignore' }]),
    'another selector': patched('json', [
      { op: 'add', path: '/webhooks/0/objectSelector', value: { matchLabels: { never: 'there' } } },
    ]),
    'other namespaces': patched('json', [
      { op: 'add', path: '/webhooks/0/namespaceSelector/matchLabels', value: { never: 'there' } },
    ]),
    'one more entry': async () => {
      const { webhooks = [] } = (await stored(mutating)) as unknown as { webhooks: object[] };
      await patched('json', [
        { op: 'add', path: '/webhooks/-', value: { ...webhooks[0], name: 'foreign.example.com' } },
      ])();
    },
    'a Service in place of the address': patched('json', [
      { op: 'remove', path: '/webhooks/0/clientConfig/url' },
      { op: 'add', path: '/webhooks/0/clientConfig/service', value: { name: 'x', namespace: 'default' } },
    ]),
    'one more condition': patched('json', [
      { op: 'add', path: '/webhooks/0/matchConditions/-', value: { name: 'never', expression: 'false' } },
    ]),
    'no owner': patched('merge', { metadata: { ownerReferences: null } }),
    'a replacement by another field manager': async () => {
      const object = await stored(mutating);
      const body = { ...object, webhooks: [], metadata: { name: release } };
      await charted.api({ method: 'PUT', path: `${mutating}?fieldManager=helm`, body });
    },
  };
  it.each(Object.keys(edits))('is repaired within 10 s after: %s', async (edit) => {
    expect(await repairedAfter(edits[edit] as () => Promise<unknown>)).toBeLessThan(bound);
  });

  it('that was deleted has its entries for pods first, because the API server is slow to take the others', async () => {
    expect(await repairedAfter(() => kubectl('delete', both[0] ?? ''))).toBeLessThan(bound);
    // It counts the writes: the first one was not all of it.
    const { generation = 0 } = ((await stored(mutating))?.metadata ?? {}) as { generation?: number }; // of its type
    expect(generation).toBeGreaterThanOrEqual(2);
  });

  it('that somebody else writes again and again is written a few times only, and is right in the end', async () => {
    const before = await contents();
    let over = false;
    const writes = new Set<string | undefined>();
    const other = (async () => {
      for (; !over; await sleep(50)) {
        await patched('json', [{ op: 'replace', path: '/webhooks/0/timeoutSeconds', value: 3 }])();
        writes.add((await stored(mutating))?.metadata.managedFields?.find((it) => it.manager === release)?.time);
      }
    })();
    await sleep(15_000);
    over = true;
    await other;
    expect(writes.size).toBeLessThan(10);
    await expect.poll(contents, { timeout: bound, interval: 50 }).toEqual(before);
  });

  // Up to 9 s pass until another one writes: so long is the lease respected. A busy machine may add to it.
  it('that was edited is repaired soon after the replica that writes has died', async () => {
    const writer = Number((await holder()).split('_')[1]);
    expect(replicas.map(({ pid }) => pid)).toContain(writer);
    const entries = async () => ((await stored(mutating))?.webhooks as object[] | undefined)?.length; // of its type
    const before = await entries();
    process.kill(writer, 'SIGKILL');
    await patched('json', [{ op: 'remove', path: '/webhooks/1' }])();
    const start = performance.now();
    await expect.poll(entries, { timeout: 60_000, interval: 20 }).toBe(before);
    expect(performance.now() - start).toBeLessThan(2 * bound);
  });

  it('that is missing is written within 10 s by any replica, while the one that writes does not', async () => {
    const contentType = 'application/merge-patch+json';
    const hold = () => {
      const spec = { holderIdentity: 'nobody', renewTime: new Date().toISOString().replace('Z', '000Z') };
      return charted.api({ method: 'PATCH', path: lease, contentType, body: { spec } });
    };
    await hold();
    const holding = setInterval(hold, 500);
    await sleep(2500); // the one that had the lease has noticed
    await kubectl('delete', ...both);
    const start = performance.now();
    const written = async () => (await Promise.all(paths.map(stored))).map(Boolean);
    await expect.poll(written, { timeout: 60_000 }).toEqual([true, true]);
    expect(performance.now() - start).toBeLessThan(bound);
    clearInterval(holding);
  });
});

describe('when its owner goes, a registration is collected', () => {
  const both = () => Promise.all(paths.map(stored));
  const role = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${release}`;

  it('after an uninstall, and no replica that still runs writes it again', async () => {
    await kubectl('delete', 'clusterrole', release);
    await expect.poll(both, { timeout: 60_000 }).toEqual([undefined, undefined]);
    await sleep(6000);
    expect(await both()).toEqual([undefined, undefined]);
  });

  it('after the deletion of nothing but the namespace', async () => {
    await applied(charted.cluster, ...(await renderedChart()).filter(({ kind }) => kind === 'ClusterRole'));
    await expect.poll(both, { timeout: 60_000 }).not.toContain(undefined);
    await kubectl('delete', 'namespace', release);
    await expect.poll(both, { timeout: 60_000 }).toEqual([undefined, undefined]);
    expect(await stored(role)).toBeUndefined();
  });
});
