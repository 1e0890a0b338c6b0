// What policies cost the API server: pods that no policy is for, and a pod as large as they come.
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Api, openApi } from '../../src/cluster/api.ts';
import { enforcementOf } from '../../src/policy/enforcement.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { policyObject } from '../policy/policy.ts';
import { bare, create, enforce, injected, installation, installRules, stateWith } from './enforced.ts';
import { applied } from './setup.ts';

const requires = { require: [{ sidecar: 'topz', settings: { port: '21999' }, lock: ['*'] }] };
const shop = policyObject('shop', { ...requires, forbid: ['ambassador'] });

let cluster: ControlPlane;
let api: Api;
beforeAll(async () => {
  cluster = await startControlPlane();
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(cluster.kubeconfig);
  api = openApi(kubeConfig);
  await installRules(cluster);
  const namespace = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { team: name } },
  });
  await applied(cluster, namespace('shop'), namespace('other'));
  await enforce(cluster, shop);
}, 900_000);
afterAll(() => cluster?.stop());

it('a pod of 200 containers with 50 arguments and 100 variables each stays within the budget of the rules', async () => {
  const args = Array.from({ length: 50 }, (_, i) => `--argument-${i}=value`);
  const env = Array.from({ length: 100 }, (_, i) => ({ name: `NAME_${i}`, value: 'v' }));
  const containers = Array.from({ length: 200 }, (_, i) => ({ name: `c${i}`, image: 'web', args, env }));
  const large = injected({ ...bare, spec: { containers } }, shop);
  const { code, stderr } = await create(cluster, large);
  expect(code, stderr).toBe(0);
  const { stderr: refusal } = await create(cluster, { ...large, spec: { ...large.spec, initContainers: [] } });
  expect(refusal).toContain('The policy shop requires the sidecar topz');
});

/** Milliseconds of the dry run of a pod that no policy is for: the median. */
async function latency(): Promise<number> {
  const body = { ...bare, metadata: { name: 'web', namespace: 'other' } };
  const times: number[] = [];
  for (let i = 0; i < 200; i++) {
    const start = performance.now();
    const { status } = await api({ method: 'POST', path: '/api/v1/namespaces/other/pods?dryRun=All', body });
    times.push(performance.now() - start);
    expect(status).toBe(201);
  }
  return times.sort((a, b) => a - b)[100] ?? 0;
}

it('500 policies that are not for a pod cost it next to nothing', async () => {
  const measured: [number, number][] = [[1, await latency()]];
  let made = 0;
  for (const count of [10, 100, 500]) {
    for (; made < count; made++) {
      const namespaceSelector = { matchLabels: { team: `team-${made}` } };
      const object = policyObject(`p${made}`, { ...requires, namespaceSelector });
      const state = stateWith(object);
      for (const each of enforcementOf(state.policies[0] ?? fail(), state.catalog, state, installation)) {
        const path =
          each.kind === 'PodTemplate'
            ? `/api/v1/namespaces/${installation.namespace}/podtemplates`
            : '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';
        expect((await api({ method: 'POST', path, body: each })).status).toBe(201);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 10000)); // the API server notices bindings within a second or two
    measured.push([count, await latency()]);
  }
  const [[, none] = [0, 0]] = measured;
  // 2 ms on a quiet machine; this one can be busy with other suites.
  expect(measured.at(-1)?.[1], JSON.stringify(measured)).toBeLessThan(none * 3 + 20);
}, 600_000);

function fail(): never {
  throw new Error('the policy is not valid');
}
