// The chart without its CustomResourceDefinitions, and under another name: the built-in sidecars work all the same.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Charted, startCharted } from './chart.ts';
import { defineTemplates, template } from './cluster-templates.ts';
import { pageOf } from './pages.ts';
import { applied, untilAsked } from './setup.ts';

let charted: Charted;
beforeAll(async () => {
  charted = await startCharted({ settings: ['crds.install=false', 'fullnameOverride=helper'] });
}, 900_000);
afterAll(() => charted?.stop());

const pod = (annotation: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'app-', namespace: 'default', annotations: { [`sidecar.io/${annotation}`]: 'true' } },
  spec: { containers: [{ name: 'app', image: 'app' }] },
});
const tried = (annotation: string) => {
  const args = ['create', '--dry-run=server', '-o', 'json', '-f', '-'];
  return charted.cluster.kubectl(args, { stdin: JSON.stringify(pod(annotation)) });
};

it('is ready, injects built-in sidecars, and says of other words that no template has them', async () => {
  expect(await charted.cluster.kubectl(['get', 'crd', '-o', 'name'])).toMatchObject({ code: 0, stdout: '' });
  await untilAsked(charted.cluster, (stored) => stored.includes('sidecar-topz'));
  expect(await tried('greeter')).toMatchObject({ code: 1, stderr: expect.stringContaining('[unknown-annotation]') });
});

it('uses templates soon after their kinds are defined', async () => {
  await defineTemplates(charted.cluster);
  await applied(charted.cluster, template('greeter'));
  const injected = async () => expect((await tried('greeter')).stdout).toContain('sidecar-greeter');
  await vi.waitFor(injected, { timeout: 60_000, interval: 200 });
});

const listed = 'sidecar_injector_templates{kind="ClusterSidecarTemplate",ready="true"} 2';

it('forgets templates whose kinds are no longer defined', async () => {
  // One that was looked up before the first list of its kind is kept for a minute; this one is only listed.
  await applied(charted.cluster, template('listed'));
  const metrics = async () => expect(await pageOf(charted.webhook, '/metrics')).toContain(listed);
  await vi.waitFor(metrics, { timeout: 60_000, interval: 200 });
  const names = ['clustersidecartemplates.sidecar.io', 'sidecartemplates.sidecar.io'];
  expect(await charted.cluster.kubectl(['delete', 'crd', ...names])).toMatchObject({ code: 0 });
  const refused = async () => expect((await tried('listed')).stderr).toContain('[unknown-annotation]');
  await vi.waitFor(refused, { timeout: 240_000, interval: 500 });
});
