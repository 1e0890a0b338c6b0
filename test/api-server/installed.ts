// An installation as the chart makes it, with an injector outside of the cluster. Nothing runs the pods of the
// Deployment, so the tests write what a kubelet would say of them.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Webhook } from '../../demo/webhook.ts';
import { chart, helm } from '../chart/helm.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { release } from './chart.ts';
import { applied } from './setup.ts';

export const injectorPod = (name: string, image: string) => ({
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: {
    ...{ name, namespace: release },
    labels: { 'app.kubernetes.io/name': release, 'app.kubernetes.io/instance': release },
  },
  spec: { containers: [{ name: 'injector', image }] },
});

export const certificateSecret = (certificate: string) => ({
  ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: `${release}-certificate`, namespace: release } },
  data: { 'tls.crt': Buffer.from(certificate).toString('base64') },
});

export async function readyReplicas({ kubectl }: ControlPlane, count: number): Promise<void> {
  const status = JSON.stringify({ status: { replicas: 2, readyReplicas: count } });
  const object = ['-n', release, `deployment/${release}`, '--subresource=status'];
  expect(await kubectl(['patch', ...object, '--type=merge', '-p', status])).toMatchObject({ code: 0 });
}

/**
 * Adds what a healthy installation has besides rights and definitions: the objects of the chart and the certificate.
 */
export async function addInstallation(cluster: ControlPlane, webhook: Webhook): Promise<void> {
  const manifests = await helm('template', release, chart, '-n', release, '--skip-tests');
  const objects: { kind: string; metadata: { name: string } }[] = parseAllDocuments(manifests).map((each) =>
    each.toJS(),
  );
  const kinds = /^(Deployment|PodDisruptionBudget|ValidatingAdmissionPolicy|ValidatingAdmissionPolicyBinding)$/;
  // The guard of the registration allows no injector outside of the cluster.
  const isGuard = (name: string) => name.endsWith('-registration');
  await applied(cluster, ...objects.filter(({ kind, metadata }) => kinds.test(kind) && !isGuard(metadata.name)));
  const own = readFileSync(join(dirname(webhook.ca), 'tls.crt'), 'utf8');
  await applied(cluster, certificateSecret(own));
}

/** What the chart and the injector need for it. */
export const installation = {
  settings: ['certificates.existingSecret='],
  webhookFlags: [`--lease=${release}/${release}`],
};
