// The bundled server reads and watches the cluster with each kind of kubeconfig, though it holds only a part of
// client-node.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { startWebhook } from '../../demo/webhook.ts';
import { type Bundle, bundle } from '../bundle.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { defineTemplates } from './cluster-templates.ts';
import { applied } from './setup.ts';

const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  rules: [{ level: 'Metadata', verbs: ['watch'] }],
};
const folder = mkdtempSync(join(tmpdir(), 'kubeconfigs-'));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text, { mode: 0o700 });
  return join(folder, name);
};

let built: Bundle;
let cluster: ControlPlane;
let proxy: Server;
let tunnels = 0;
beforeAll(async () => {
  built = bundle();
  cluster = await startControlPlane({ auditPolicy });
  await defineTemplates(cluster);
  proxy = createServer().on('connect', ({ url = '' }, client, head) => {
    tunnels += 1;
    const [host, port] = url.split(':');
    const server = connect(Number(port), host, () => client.write('HTTP/1.1 200 Connected\r\n\r\n'));
    server.write(head);
    server.pipe(client).pipe(server);
    for (const socket of [server, client]) socket.on('error', () => [server, client].map((each) => each.destroy()));
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
}, 900_000);
afterAll(async () => {
  proxy?.close();
  await cluster?.stop();
  built?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A service account that may do everything, and a token of it. */
async function account(name: string): Promise<{ readonly user: string; readonly token: string }> {
  const subjects = [{ kind: 'ServiceAccount', name, namespace: 'default' }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
  await applied(
    cluster,
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'default' } },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name }, subjects, roleRef },
  );
  const { stdout } = await cluster.kubectl(['create', 'token', name, '-n', 'default']);
  return { user: `system:serviceaccount:default:${name}`, token: stdout.trim() };
}

/** The kubeconfig of the administrator with other credentials, or another way to the same cluster. */
function kubeconfig(name: string, user: object | undefined, way: object = {}): string {
  const config = parse(cluster.adminKubeConfigText);
  Object.assign(config.clusters[0].cluster, way);
  if (user) config.users[0].user = user;
  return file(`${name}.yaml`, stringify(config));
}

const followed = ['clustersidecartemplates', 'namespaces', 'sidecartemplates'];

/** The bundled server becomes ready, and watches as this user. */
async function expectToFollow(path: string, user: string): Promise<void> {
  const webhook = await startWebhook(['--cluster', path], [], built.path('serve.cjs'));
  await vi.waitFor(
    () => {
      const own = cluster.auditEvents().filter((event) => event.user?.username === user);
      const watched = new Set(own.map(({ objectRef }) => objectRef?.resource));
      expect([...watched]).toEqual(expect.arrayContaining(followed));
    },
    { timeout: 60_000, interval: 200 },
  );
  await webhook.stop();
}

it.each([
  ['a token', (token: string) => ({ token })],
  ['the file of a token', (token: string) => tokenFile(token)],
  ['a program that gives a token', (token: string) => ({ exec: program(token) })],
])(
  'with %s',
  async (name, credentials) => {
    const { user, token } = await account(name.replaceAll(' ', '-'));
    await expectToFollow(kubeconfig(name, credentials(token)), user);
  },
  300_000,
);

it('with a client certificate, and through a proxy', async () => {
  const { port } = proxy.address() as AddressInfo; // it listens on TCP
  const path = kubeconfig('proxied', undefined, { 'proxy-url': `http://127.0.0.1:${port}` });
  await expectToFollow(path, 'admin');
  expect(tunnels, 'a watch is a connection of its own').toBeGreaterThanOrEqual(followed.length);
}, 300_000);

it('its code is ASCII, without the generated models and undici', () => {
  const code = readFileSync(built.path('serve.cjs'), 'latin1');
  expect(code).not.toMatch(/[\u0080-\uffff]/);
  expect(code).not.toMatch(/V1PodSpec|UndiciError/);
});

/** As the service account of a pod has it. */
function tokenFile(token: string): object {
  return { 'auth-provider': { name: 'tokenFile', config: { tokenFile: file('token', token) } } };
}

function program(token: string): object {
  const apiVersion = 'client.authentication.k8s.io/v1';
  const credential = JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token } });
  return { apiVersion, command: file('plugin', `#!/bin/sh\necho '${credential}'\n`), interactiveMode: 'Never' };
}
