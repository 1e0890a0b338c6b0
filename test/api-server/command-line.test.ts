// What the command line reads from a cluster: templates, policies and namespaces of a real API server, and the settings of the
// injector from the objects of the chart. Nothing runs there, so no webhook answers.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBinaries } from '../cluster/binaries.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { release, renderedChart } from './chart.ts';
import { applied } from './setup.ts';

const program = join(import.meta.dirname, '../../src/main/sidecar.ts');
const namespace = (name: string, annotations: object = {}, labels: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, annotations, labels } },
});
const topz = { 'sidecar.io/topz': 'true' };
const widget = (name: string, annotations: object = topz) => ({
  ...{ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name, namespace: 'shop', annotations } },
  spec: { parts: [{ template: { spec: { containers: [{ name: 'web', image: 'web' }] } } }] },
});
const definition = {
  ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
  metadata: { name: 'widgets.example.com' },
  spec: {
    ...{ group: 'example.com', scope: 'Namespaced', names: { plural: 'widgets', singular: 'widget', kind: 'Widget' } },
    versions: [
      {
        ...{ name: 'v1', served: true, storage: true },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
/** As the injector writes it, but for pods that nobody creates. */
const registration = {
  ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' },
  metadata: { name: release },
  webhooks: [
    {
      name: 'pods.sidecar.io',
      clientConfig: { service: { name: release, namespace: release, path: '/mutate', port: 443 } },
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
      objectSelector: { matchLabels: { nobody: 'has-this' } },
      ...{ admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Ignore' },
    },
  ],
};

let cluster: ControlPlane;
beforeAll(async () => {
  cluster = await startControlPlane();
  const kind = { group: 'example.com', kind: 'Widget', template: 'spec.parts.*.template' };
  const values = Object.entries(kind).map(([key, value]) => `workloads[0].${key}=${value}`);
  const chart = await renderedChart(...values);
  const ofKind = (pattern: RegExp) => chart.filter(({ kind }) => pattern.test(kind));
  await applied(cluster, namespace(release), namespace('shop', {}, { team: 'shop' }), definition, registration);
  await applied(cluster, ...ofKind(/^(CustomResourceDefinition|Deployment)$/));
  await cluster.kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
  await applied(cluster, widget('web'));
}, 300_000);
afterAll(() => cluster?.stop());

/** Runs the program as a user does, with kubectl on its path. */
async function sidecar(args: readonly string[], stdin: object = {}) {
  const { kubectl } = await ensureBinaries(['kubectl']);
  const env = {
    ...process.env,
    PATH: `${dirname(kubectl)}:${process.env.PATH}`,
    KUBECONFIG: cluster.kubeconfig,
    KUBECACHEDIR: join(dirname(cluster.kubeconfig), 'cache'),
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    ...{ encoding: 'utf8', env, input: JSON.stringify(stdin) },
  });
  return { code: status, stdout, stderr };
}

describe('kinds that the chart declares', () => {
  it('are explained without being named again', async () => {
    const { code, stdout } = await sidecar(['explain', 'widget/web', '-n', 'shop']);
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'widget/web in shop would get topz.']);
    const file = await sidecar(['explain', '-f', '-', '--cluster'], widget('other'));
    expect([file.code, file.stdout.split('\n')[0]]).toEqual([0, 'widget/other in shop would get topz.']);
  });

  it('and others must be declared', async () => {
    const { code, stderr } = await sidecar(['explain', '-f', '-', '--cluster'], { ...widget('a'), kind: 'Gadget' });
    expect([code, stderr]).toEqual([
      1,
      "error: gadget/a: The injector does not know the kind Gadget.example.com, which has a pod template. Declare it with --workload 'Gadget.example.com=spec.parts.*.template', and for the cluster in the chart's value workloads.\n",
    ]);
    expect((await sidecar(['explain', 'namespace/shop'])).stderr).toBe('error: namespace/shop makes no pods.\n');
  });
});
