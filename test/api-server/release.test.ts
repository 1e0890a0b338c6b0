// The life of a release on a real API server, by the real Helm: no pod runs, so what is looked at is what Helm leaves.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { chart, helm } from '../chart/helm.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';

let cluster: ControlPlane;
let before: readonly string[] = [];
beforeAll(async () => {
  cluster = await startControlPlane();
  // The API server makes objects of its own for a while yet.
  const look = async () => {
    const last = before;
    before = await objects();
    expect(before).toEqual(last);
  };
  await vi.waitFor(look, { timeout: 120_000, interval: 1000 });
}, 900_000);
afterAll(() => cluster?.stop());

/** Every object of the cluster but those that come and go by themselves, as APIServices do with their definitions. */
async function objects(): Promise<string[]> {
  const { stdout } = await cluster.kubectl(['api-resources', '--verbs=list', '-o', 'name']);
  const kinds = stdout
    .trim()
    .split('\n')
    .filter((kind) => !/^(events|componentstatuses|apiservices)/.test(kind));
  const found = await cluster.kubectl(['get', kinds.join(), '-A', '--no-headers', '-o', 'name']);
  return found.stdout.trim().split('\n').sort();
}

const own = (...args: string[]) => helm(...args, '--namespace', 'platform', '--kubeconfig', cluster.kubeconfig);
const added = async () => (await objects()).filter((name) => !before.includes(name));

it('is installed, upgraded with more and with fewer objects, and leaves what NOTES say', async () => {
  const notes = await own('install', 'sidecars', chart, '--create-namespace');
  expect(notes).toContain('helm test sidecars --namespace platform');
  expect(await added()).toContain('deployment.apps/sidecars-sidecar-injector');
  const dashboard = ['--set', 'dashboard.enabled=true'];
  await own('upgrade', 'sidecars', chart, ...dashboard);
  expect(await added()).toContain('configmap/sidecars-sidecar-injector-dashboard');
  await own('upgrade', 'sidecars', chart, '--reset-values');
  expect(await added()).not.toContain('configmap/sidecars-sidecar-injector-dashboard');
  await own('uninstall', 'sidecars');
  const definitions = [...notes.matchAll(/\b[a-z]+\.sidecar\.io\b/g)].map(
    ([name]) => `customresourcedefinition.apiextensions.k8s.io/${name}`,
  );
  const [, kinds = '', rule = ''] = /^ +kubectl delete (validating\S+) (\S+)$/m.exec(notes) ?? [];
  const rules = kinds.split(',').map((kind) => `${kind}.admissionregistration.k8s.io/${rule}`);
  expect([definitions.length, rules.length]).toEqual([3, 2]);
  await expect.poll(added, { timeout: 60_000 }).toEqual([...definitions, ...rules, 'namespace/platform'].sort());
}, 300_000);

it('under another name needs the definitions of the former release handed over', async () => {
  await expect(own('install', 'injector', chart)).rejects.toThrow(/invalid ownership metadata/);
  await own('install', 'injector', chart, '--take-ownership');
  expect(await added()).toContain('deployment.apps/injector-sidecar-injector');
  await own('uninstall', 'injector');
}, 300_000);
