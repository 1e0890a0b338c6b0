// Sidecars that are not in the catalog, as a platform team would add them: applied as they stand in
// examples/templates/.
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWithTemplates, type WithTemplates } from './cluster-templates.ts';

const folder = resolve(import.meta.dirname, '../../examples/templates');
let place: WithTemplates;
beforeAll(async () => {
  place = await startWithTemplates();
  await place.cluster.kubectl(['create', 'namespace', 'shop']);
  await place.cluster.kubectl(['label', 'namespace', 'shop', 'pod-security.kubernetes.io/enforce=restricted']);
  await place.cluster.kubectl(['create', 'serviceaccount', 'default', '-n', 'shop']);
}, 900_000);
afterAll(() => place?.stop());

interface Sidecar {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly restartPolicy?: string;
}

async function sidecarOf(
  annotations: Record<string, string>,
): Promise<{ sidecar: Sidecar; pod: { metadata: { annotations: Record<string, string> } } }> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'app', namespace: 'shop', annotations },
    spec: {
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'app',
          image: 'app',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
  const { code, stdout, stderr } = await place.cluster.kubectl(
    ['create', '--dry-run=server', '-o', 'json', '-f', '-'],
    {
      stdin: JSON.stringify(pod),
    },
  );
  expect(code, stderr).toBe(0);
  const stored = JSON.parse(stdout);
  return { sidecar: stored.spec.initContainers?.[0], pod: stored };
}

describe('templates of third parties', () => {
  it.each(readdirSync(folder))('%s has fewer than 60 lines, and the API server takes it', async (name) => {
    expect(readFileSync(`${folder}/${name}`, 'utf8').split('\n').length).toBeLessThan(60);
    const applied = await place.cluster.kubectl(['apply', '-f', `${folder}/${name}`]);
    expect(applied, applied.stderr).toMatchObject({ code: 0 });
    const waited = await place.cluster.kubectl([
      'wait',
      '-f',
      `${folder}/${name}`,
      '--for=condition=Ready',
      '--timeout=120s',
    ]);
    expect(waited, waited.stderr).toMatchObject({ code: 0 });
  });

  it('cloud-sql-proxy: the database at localhost, signed in by the pod or by a key', async () => {
    const instance = { 'sidecar.io/cloudsql-instance': 'my-project:europe-west3:orders' };
    const { sidecar } = await sidecarOf({ ...instance, 'sidecar.io/cloudsql-iam': 'true' });
    expect(sidecar).toMatchObject({ name: 'sidecar-cloudsql', restartPolicy: 'Always' });
    expect(sidecar.args?.at(-1)).toBe('my-project:europe-west3:orders');
    expect(sidecar.args).toEqual(expect.arrayContaining(['--port=5432', '--auto-iam-authn']));
    expect(sidecar.args).not.toContain('--private-ip');
    const withKey = await sidecarOf({ ...instance, 'sidecar.io/cloudsql-secret': 'key' });
    expect(withKey.sidecar.args).toContain('--credentials-file=/secret/key.json');
  });

  it('oauth2-proxy: between the people and the app', async () => {
    const { sidecar } = await sidecarOf({
      'sidecar.io/login-issuer': 'https://login.example.com/realms/staff',
      'sidecar.io/login-client': 'shop',
      'sidecar.io/login-secret': 'shop-login',
      'sidecar.io/login-domains': 'example.com,example.org',
    });
    expect(sidecar.args).toEqual(
      expect.arrayContaining([
        '--http-address=0.0.0.0:21110',
        '--upstream=http://127.0.0.1:8080/',
        '--email-domain=example.com,example.org',
      ]),
    );
  });

  it('vault agent: its configuration is a file, and no value can leave its place in it', async () => {
    const { sidecar, pod } = await sidecarOf({
      'sidecar.io/vault-role': 'shop',
      'sidecar.io/vault-secret': 'secret/data/shop',
    });
    expect(sidecar.command).toEqual(['vault', 'agent', '-config=/config/agent.hcl']);
    const file = pod.metadata.annotations['files.sidecar.io/sidecar-vault.agent.hcl'];
    expect(file).toContain('role = "shop"');
    expect(file).toContain('{{ with secret \\"secret/data/shop\\" }}');
    await expect(sidecarOf({ 'sidecar.io/vault-role': 'x" }', 'sidecar.io/vault-secret': 'a' })).rejects.toThrow(
      /bad-string/,
    );
  });
});
