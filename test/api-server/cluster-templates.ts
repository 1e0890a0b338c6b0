// A real API server with the definitions of the chart, and our server that follows it and checks templates.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'vitest';
import { startWebhook, type Webhook } from '../../demo/webhook.ts';
import type { TemplateObject } from '../../src/core/objects.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { applied, register, untilDefined } from './setup.ts';

const definitions = resolve(import.meta.dirname, '../../charts/sidecar-injector/templates/custom-resources.yaml');
const resources = ['clustersidecartemplates', 'sidecartemplates'];

export interface WithTemplates {
  readonly cluster: ControlPlane;
  readonly webhook: Webhook;
  stop(): Promise<void>;
}

/** Adds the definitions of the chart to a cluster. */
export async function defineTemplates(cluster: ControlPlane): Promise<void> {
  // Without the lines that are Helm's, and its version.
  const manifests = readFileSync(definitions, 'utf8').replace(/^\{\{.*\n|^.*\.AppVersion.*\n/gm, '');
  const stored = await cluster.kubectl(['apply', '-f', '-'], { stdin: manifests });
  expect(stored, stored.stderr).toMatchObject({ code: 0 });
  await untilDefined(cluster);
}

export async function startWithTemplates(): Promise<WithTemplates> {
  const cluster = await startControlPlane();
  await defineTemplates(cluster);
  const webhook = await startWebhook(['--cluster', cluster.kubeconfig]);
  const caPem = readFileSync(webhook.ca, 'utf8');
  await register(cluster, 'sidecar-injector', webhook.url, caPem);
  await applied(cluster, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'sidecar-injector' },
    webhooks: [
      {
        name: 'templates.sidecar.io',
        clientConfig: {
          url: webhook.url.replace('/mutate', '/validate'),
          caBundle: Buffer.from(caPem).toString('base64'),
        },
        rules: [{ operations: ['CREATE', 'UPDATE'], apiGroups: ['sidecar.io'], apiVersions: ['v1alpha1'], resources }],
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
      },
    ],
  });
  return {
    cluster,
    webhook,
    async stop() {
      await Promise.all([cluster.stop(), webhook.stop()]);
    },
  };
}

/** A small template that is fine; `spec` changes it. */
export function template(name: string, spec: object = {}, namespace?: string): TemplateObject {
  return {
    apiVersion: 'sidecar.io/v1alpha1',
    kind: namespace === undefined ? 'ClusterSidecarTemplate' : 'SidecarTemplate',
    metadata: namespace === undefined ? { name } : { name, namespace },
    spec: {
      summary: 'Says hello.',
      failurePolicy: 'Ignore',
      image: 'registry.example.com/hello:1',
      parameters: [{ name: 'greeting', type: 'string', default: 'hello', description: 'What is said.' }],
      containers: [{ name: '${ instance.id }', args: ['${ params.greeting }'], securityContext: { runAsUser: 1000 } }],
      ...spec,
    },
  };
}
