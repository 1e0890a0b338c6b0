// References to owners that somebody has made up. Those of controllers: test/api-server/audit.test.ts.
import { expect, it } from 'vitest';
import { openCluster } from '../../src/cli/cluster/open-cluster.ts';
import { createOwners } from '../../src/cli/cluster/owners.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { workloadKinds } from '../../src/workload/kinds.ts';

const annotations = { 'sidecar.io/topz': 'true' };
const web = { metadata: { name: 'web', namespace: 'shop', uid: 'uid-web', annotations } };

/** The owners in a cluster that has a StatefulSet in `shop`, and what is asked of it on the way. */
function owners(statefulSets: readonly object[] | 'forbidden' = [web]) {
  const asked: string[] = [];
  const kubectl = ([, , path = '']: readonly string[]) => {
    asked.push(path);
    if (statefulSets === 'forbidden') return { message: 'Error from server (Forbidden): forbidden' };
    if (!path.startsWith('/apis/apps/v1/statefulsets?')) return { message: 'Error from server (NotFound): not found' };
    return { bytes: new TextEncoder().encode(JSON.stringify({ metadata: {}, items: statefulSets })) };
  };
  const cluster = openCluster(kubectl, { context: undefined, kubeconfig: undefined, as: undefined });
  return { ownerOf: createOwners(cluster, undefined, workloadKinds), asked, notes: cluster.notes };
}

const pod = (namespace: string, reference: object): JsonObject => {
  const whole = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'uid-web', controller: true };
  return { metadata: { name: 'web-0', namespace, uid: 'uid-pod', ownerReferences: [{ ...whole, ...reference }] } };
};
const shop = { kind: 'StatefulSet', namespace: 'shop', name: 'web', annotations };

it('a version that does not exist hides no owner of other pods', () => {
  const { ownerOf } = owners();
  expect(ownerOf(pod('evil', { apiVersion: 'apps/v9' }))).toMatchObject({ annotations: undefined });
  expect(ownerOf(pod('shop', {}))).toMatchObject(shop);
});

it('a workload of another namespace is not the owner', () => {
  const { ownerOf } = owners();
  expect(ownerOf(pod('shop', {}))).toMatchObject(shop);
  expect(ownerOf(pod('evil', {}))).toMatchObject({ namespace: 'evil', annotations: undefined });
});

it('a kind that may not be listed is asked for once', () => {
  const { ownerOf, asked, notes } = owners('forbidden');
  for (const uid of ['a', 'b', 'c', 'd']) ownerOf(pod('shop', { uid }));
  expect(asked).toHaveLength(1);
  expect(notes).toHaveLength(1);
});
