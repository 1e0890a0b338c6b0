// What people may do with templates by the roles that Kubernetes gives them, on a real API server with its controllers.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import type { Daemon } from '../cluster/daemon.ts';
import { renderedChart, startControllers } from './chart.ts';
import { defineTemplates } from './cluster-templates.ts';
import { applied } from './setup.ts';

let cluster: ControlPlane;
let controllers: Daemon;
beforeAll(async () => {
  cluster = await startControlPlane();
  controllers = await startControllers(cluster, ['clusterrole-aggregation']);
  await defineTemplates(cluster);
  await applied(cluster, ...(await renderedChart()).filter(({ kind }) => kind === 'ClusterRole'));
  for (const role of ['view', 'edit', 'admin']) {
    await cluster.kubectl(['create', 'rolebinding', role, '-n', 'default', '--clusterrole', role, '--user', role]);
    await cluster.kubectl([
      'create',
      'clusterrolebinding',
      `${role}-all`,
      '--clusterrole',
      role,
      '--user',
      `${role}-all`,
    ]);
  }
}, 900_000);
afterAll(async () => {
  await controllers?.stop();
  await cluster?.stop();
});

/** The API server adds the rules to its roles a moment after they are stored. */
const untilMay = (user: string, verb: string, resource: string) =>
  expect.poll(() => may(user, verb, resource), {
    ...{ timeout: 60_000, interval: 200, message: `${user} may ${verb} ${resource}` },
  });

async function may(user: string, ...words: readonly string[]): Promise<boolean> {
  const { code } = await cluster.kubectl(['auth', 'can-i', ...words, '-n', 'default', '--as', user]);
  return code === 0;
}

it.each([
  ['view', 'list', 'sidecartemplates.sidecar.io'],
  ['view-all', 'get', 'clustersidecartemplates.sidecar.io'],
  ['view-all', 'list', 'sidecarpolicies.sidecar.io'],
  ['edit', 'create', 'sidecartemplates.sidecar.io'],
  ['edit', 'delete', 'sidecartemplates.sidecar.io'],
  ['admin', 'patch', 'sidecartemplates.sidecar.io'],
  ['admin', 'watch', 'sidecartemplates.sidecar.io'],
])('%s may %s %s', async (user, verb, resource) => {
  await untilMay(user, verb, resource).toBe(true);
});

it.each([
  ['view', 'create', 'sidecartemplates.sidecar.io'],
  ['edit', 'patch', 'sidecartemplates.sidecar.io', '--subresource=status'],
  ['edit', 'create', 'clustersidecartemplates.sidecar.io'],
  ['admin-all', 'create', 'clustersidecartemplates.sidecar.io'],
  ['admin-all', 'create', 'sidecarpolicies.sidecar.io'],
  ['nobody', 'list', 'sidecartemplates.sidecar.io'],
])('%s may not %s %s %s', async (user, ...words) => {
  await untilMay('edit', 'create', 'sidecartemplates.sidecar.io').toBe(true);
  expect(await may(user, ...words)).toBe(false);
});
