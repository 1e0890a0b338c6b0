// Policies that are not valid, in a cluster without the webhook that refuses them: whoever runs the injector sees them.
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connect } from '../../src/cluster/connect.ts';
import { type FollowedCluster, followCluster } from '../../src/main/follow-cluster.ts';
import { createClusterMetrics } from '../../src/telemetry/cluster-metrics.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { builtInState } from '../engine/state.ts';
import { policyObject } from '../policy/policy.ts';
import { defineTemplates, template } from './cluster-templates.ts';
import { applied } from './setup.ts';

let cluster: ControlPlane;
let followed: FollowedCluster;
const warnings: object[] = [];
const registry = new Registry();
beforeAll(async () => {
  cluster = await startControlPlane();
  await defineTemplates(cluster);
  const kubeConfig = connect(cluster.kubeconfig);
  if ('problem' in kubeConfig) throw new Error(kubeConfig.problem);
  const ignored = () => {};
  const warn = (fields: object, message: string) => void warnings.push({ ...fields, message });
  followed = followCluster({
    ...{ kubeConfig, base: builtInState, native: 'true', lease: '', owner: '' },
    log: { debug: ignored, info: ignored, warn, error: warn },
    metrics: createClusterMetrics(registry),
  });
}, 900_000);
afterAll(async () => {
  await followed?.stop();
  await cluster?.stop();
});

it('a policy that is not valid is in the log, once for each reason, and in the metrics', async () => {
  const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 100 });
  const greet = policyObject('greet', { require: [{ sidecar: 'greeter', settings: { greeting: 'hi' } }] });
  const said = (problem: string) => ({
    ...{ policy: 'greet', problem: expect.stringContaining(problem) },
    message: 'a policy is not valid: it has no effect on new pods',
  });
  await applied(cluster, greet);
  await until(() => expect(warnings).toEqual([said('spec.require[0].sidecar: ')]));
  const counted = () => registry.getSingleMetricAsString('sidecar_injector_policies');
  expect(await counted()).toContain('{state="invalid"} 1\n');
  await applied(cluster, policyObject('other', { forbid: ['git'] }));
  await until(() => expect(followed.policies().size).toBe(2));
  expect(warnings).toHaveLength(1);
  await applied(cluster, template('greeter', { parameters: [], containers: [{ name: '${ instance.id }' }] }));
  await until(() => expect(warnings[1]).toEqual(said('has no parameter "greeting"')));
  await applied(cluster, template('greeter'));
  await until(async () => expect(await counted()).toContain('{state="invalid"} 0\n'));
  expect(warnings).toHaveLength(2);
});
