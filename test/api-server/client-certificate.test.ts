// An API server with a client certificate, and a server that answers nobody else.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { isHealthy } from '../../src/server/health-check.ts';
import { type Authority, type Certificate, createAuthority } from '../cluster/certificates.ts';
import { review } from '../server/running-server.ts';
import { type Charted, startCharted } from './chart.ts';
import { template } from './cluster-templates.ts';
import { created, untilAsked } from './setup.ts';

const folder = mkdtempSync(join(tmpdir(), 'client-certificate-'));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

let authority: Authority;
let charted: Charted;
beforeAll(async () => {
  authority = await createAuthority('webhook clients');
  const { certificatePem, keyPem } = await authority.issue({ commonName: 'kube-apiserver' });
  // As docs/security.md shows it.
  const credentials = {
    'client-certificate': file('client.crt', certificatePem),
    'client-key': file('client.key', keyPem),
  };
  const users = [{ name: '*', user: credentials }];
  const kubeConfigFile = file('webhook-kubeconfig.yaml', stringify({ apiVersion: 'v1', kind: 'Config', users }));
  const configuration = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'WebhookAdmissionConfiguration',
    kubeConfigFile,
  };
  const plugins = ['MutatingAdmissionWebhook', 'ValidatingAdmissionWebhook'].map((name) => ({ name, configuration }));
  const admission = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AdmissionConfiguration', plugins };
  charted = await startCharted({
    extraApiServerArgs: [`--admission-control-config-file=${file('admission.yaml', stringify(admission))}`],
    webhookFlags: ['--client-ca', file('client-ca.crt', authority.certificatePem)],
  });
  await untilAsked(charted.cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(async () => {
  await charted?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The status of one request, with or without a certificate. */
function statusOf(path: string, body?: string, certificate?: Certificate): Promise<number | undefined> {
  const url = new URL(path, charted.webhook.url);
  const client = certificate && { cert: certificate.certificatePem, key: certificate.keyPem };
  const method = body === undefined ? 'GET' : 'POST';
  const headers = { 'content-type': 'application/json' };
  const ca = readFileSync(charted.webhook.ca, 'utf8');
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers, ca, agent: false, ...client }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject).end(body);
  });
}

describe('with --client-ca', () => {
  it('the API server gets answers: pods are injected, templates are checked', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', annotations: { 'sidecar.io/topz': 'true' } },
      spec: { containers: [{ name: 'app', image: 'app' }] },
    };
    expect((await created(charted.cluster, pod)).spec.initContainers).toMatchObject([{ name: 'sidecar-topz' }]);
    const containers = [{ name: '${ instance.id }', args: ['${ nothing }'] }];
    const { stderr } = await charted.cluster.kubectl(['create', '-f', '-'], {
      stdin: JSON.stringify(template('broken', { containers })),
    });
    expect(stderr).toContain('denied the request');
  });

  it.each(['/mutate', '/mutate/unlabelled', '/validate'])('%s answers to nobody else', async (path) => {
    const stranger = await (await createAuthority('others')).issue({ commonName: 'kube-apiserver' });
    const body = review({ 'sidecar.io/topz': 'true' }, { namespace: 'default' });
    expect(await statusOf(path, body)).toBe(403);
    expect(await statusOf(path, body, stranger)).toBe(403);
    expect(await statusOf(path, body, await authority.issue({ commonName: 'kube-apiserver' }))).toBe(200);
  });

  it('probes and metrics need no certificate', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) expect(await statusOf(path)).toBe(200);
    expect(await isHealthy('127.0.0.1', Number(new URL(charted.webhook.url).port))).toBe(true);
  });
});
