// The rights of the chart are enough for the Secret of the certificates, and for no other one.
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApi } from '../../src/cluster/api.ts';
import { secretStore } from '../../src/cluster/certificate-secret.ts';
import { findOwner } from '../../src/cluster/owner.ts';
import { made } from '../certificates/steps.ts';
import { type Charted, release, startCharted } from './chart.ts';

let charted: Charted;
beforeAll(async () => {
  charted = await startCharted({ settings: ['certificates.existingSecret='] });
}, 900_000);
afterAll(() => charted?.stop());

it('the service account makes, follows and renews its Secret, which the chart owns, and reads no other one', async () => {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(charted.kubeconfig);
  const api = openApi(kubeConfig);
  const failures: string[] = [];
  const storeOf = (name: string) =>
    secretStore({
      ...{ kubeConfig, api, namespace: release, name },
      owner: () => findOwner({ api, clusterRole: release, namespace: release }),
      failed: (message) => void failures.push(message),
    });
  const store = storeOf(`${release}-certificate`);
  let changes = 0;
  const end = store.follow(() => {
    changes += 1;
  });
  const material = await made();
  expect(await store.write(material, undefined)).toBe(true);
  const { version } = await store.read();
  const before = changes;
  expect(await store.write(await made(), version)).toBe(true);
  expect(await store.write(material, version)).toBe(false);
  await expect.poll(() => changes, { timeout: 30_000 }).toBeGreaterThan(before);
  const path = `/api/v1/namespaces/${release}/secrets/${release}-certificate`;
  expect((await charted.api({ path })).body).toMatchObject({
    metadata: { ownerReferences: [{ kind: 'ClusterRole', name: release }] },
  });
  await expect(storeOf('another').read()).rejects.toThrow(/403/);
  end();
  expect(failures).toEqual([]);
});
