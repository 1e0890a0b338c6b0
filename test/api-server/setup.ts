import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, vi } from 'vitest';
import { startWebhook, type Webhook } from '../../demo/webhook.ts';
import { createAuthority } from '../cluster/certificates.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';

/** A real API server with our webhook registered, called by URL, as it would be by any pod that is created. */
export interface Registered {
  readonly cluster: ControlPlane;
  readonly webhook: Webhook;
  stop(): Promise<void>;
}

const podRules = [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }];

/** One entry of a MutatingWebhookConfiguration for a server on loopback. */
function entry(name: string, url: string, caPem: string): object {
  return {
    name: `${name}.example.com`,
    clientConfig: { url, caBundle: Buffer.from(caPem).toString('base64') },
    rules: podRules,
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    timeoutSeconds: 10,
    failurePolicy: 'Fail',
    reinvocationPolicy: 'IfNeeded',
  };
}

export async function register(cluster: ControlPlane, name: string, url: string, caPem: string): Promise<void> {
  await applied(cluster, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: [entry(name, url, caPem)],
  });
}

/** Starts both. Registered as `b-sidecar-injector`, so that another webhook can come before or after it. */
export async function startRegistered(): Promise<Registered> {
  const [cluster, webhook] = await Promise.all([startControlPlane(), startWebhook()]);
  await register(cluster, 'b-sidecar-injector', webhook.url, readFileSync(webhook.ca, 'utf8'));
  await untilAsked(cluster, (stored) => stored.includes('sidecar-topz'));
  return {
    cluster,
    webhook,
    async stop() {
      await Promise.all([cluster.stop(), webhook.stop()]);
    },
  };
}

/**
 * The API server notices a new webhook configuration a moment after it is stored. `seen` is given what it makes of a
 * pod.
 */
export async function untilAsked(cluster: ControlPlane, seen: (stored: string) => boolean): Promise<void> {
  const probe = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'probe', annotations: { 'sidecar.io/topz': 'true' } },
    spec: { containers: [{ name: 'app', image: 'app' }] },
  };
  for (let attempt = 0; attempt < 1000; attempt++) {
    const { stdout } = await cluster.kubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], {
      stdin: JSON.stringify(probe),
    });
    if (seen(stdout)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the API server does not call the webhook');
}

/** `kubectl apply` that must succeed. */
export async function applied(cluster: ControlPlane, ...objects: readonly object[]): Promise<void> {
  const stdin = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  expect(await cluster.kubectl(['apply', '-f', '-'], { stdin })).toMatchObject({ code: 0 });
}

/**
 * Waits until kubectl finds the kinds of all definitions: the API server names them a moment after they are
 * established.
 */
export async function untilDefined(cluster: ControlPlane): Promise<void> {
  const { stdout } = await cluster.kubectl(['get', 'crd', '-o', 'jsonpath={.items[*].metadata.name}']);
  if (stdout === '') return;
  const found = async () => {
    const result = await cluster.kubectl(['get', stdout.replaceAll(' ', ','), '-n', 'default']);
    expect(result, result.stderr).toMatchObject({ code: 0 });
  };
  await vi.waitFor(found, { timeout: 60_000, interval: 100 });
}

export interface StoredPod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly containers: readonly Record<string, unknown>[];
    readonly initContainers?: readonly Record<string, unknown>[];
    readonly volumes?: readonly Record<string, unknown>[];
    readonly shareProcessNamespace?: boolean;
  };
}

/** Creates a pod and gives what the API server stored. */
export async function created(cluster: ControlPlane, pod: object, ...flags: readonly string[]): Promise<StoredPod> {
  const result = await cluster.kubectl(['create', '-o', 'json', ...flags, '-f', '-'], { stdin: JSON.stringify(pod) });
  expect(result, result.stderr).toMatchObject({ code: 0 });
  return JSON.parse(result.stdout);
}

/** A second mutating webhook, as a mesh or a registry mirror would be: it changes each pod as it is told to. */
export async function startOtherWebhook(
  cluster: ControlPlane,
  name: string,
  patchFor: (pod: StoredPod) => readonly object[],
): Promise<Server> {
  const authority = await createAuthority(`${name} CA`);
  const { certificatePem, keyPem } = await authority.issue({ commonName: name, hosts: ['127.0.0.1'] });
  let asked = false;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    asked = true;
    let body = '';
    for await (const chunk of request) body += chunk;
    const { uid, object } = JSON.parse(body).request;
    const patch = patchFor(object);
    const mutation =
      patch.length > 0 ? { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') } : {};
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        response: { uid, allowed: true, ...mutation },
      }),
    );
  };
  const server = createServer({ cert: certificatePem, key: keyPem }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await register(cluster, name, `https://127.0.0.1:${port}/`, authority.certificatePem);
  await untilAsked(cluster, () => asked);
  return server;
}
