// Who may delete the webhook configurations where the chart refuses that, on a real API server.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { release, renderedChart } from './chart.ts';
import { applied } from './setup.ts';

let cluster: ControlPlane;
beforeAll(async () => {
  cluster = await startControlPlane();
  const chart = await renderedChart('webhook.refuseDeletion=true');
  await applied(cluster, ...chart.filter(({ kind }) => kind.startsWith('ValidatingAdmissionPolicy')));
  for (const kind of kinds) {
    await applied(cluster, configuration(kind, release), configuration(kind, 'another'));
    // The API server uses a binding a moment after it is stored.
    const refused = async () =>
      expect((await remove(kind, release, '--dry-run=server')).stderr).toContain(`${release}-deletion`);
    await vi.waitFor(refused, { timeout: 60_000 });
  }
}, 900_000);
afterAll(() => cluster?.stop());

const kinds = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];
const label = 'app.kubernetes.io/name=sidecar-injector';
const configuration = (kind: string, name: string) => ({
  ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind },
  metadata: { name, labels: name === release ? { 'app.kubernetes.io/name': release } : {} },
});

const remove = (...args: string[]) => cluster.kubectl(['delete', ...args]);
const collector = 'system:serviceaccount:kube-system:generic-garbage-collector';

describe.each(kinds)('the %s of the injector', (kind) => {
  it('is not deleted by an administrator, who reads how to', async () => {
    const collection = `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}s?labelSelector=${label}`;
    for (const args of [
      [kind, release],
      [kind, '-l', label],
      ['--raw', collection],
    ]) {
      const { code, stderr } = await remove(...args);
      expect([code, stderr]).toEqual([1, expect.stringContaining('pods are created without their sidecars')]);
      expect(stderr).toContain(`first run: kubectl delete validatingadmissionpolicybinding ${release}-deletion`);
    }
    expect((await cluster.kubectl(['get', kind, release])).code).toBe(0);
  });

  it('is collected after an uninstall, and others may be deleted', async () => {
    const asCollector = ['--as', collector, '--as-group', 'system:masters'];
    expect(await remove(kind, release, '--dry-run=server', ...asCollector)).toMatchObject({ code: 0 });
    expect(await remove(kind, 'another')).toMatchObject({ code: 0 });
  });
});

it('what the refusal says lets it be deleted', async () => {
  expect(await remove('validatingadmissionpolicybinding', `${release}-deletion`)).toMatchObject({ code: 0 });
  for (const kind of kinds)
    await vi.waitFor(async () => expect((await remove(kind, release)).code).toBe(0), { timeout: 60_000 });
});
