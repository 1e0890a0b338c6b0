// What `helm test` runs in its pod, with the rights that the chart gives it, on a real API server.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { chart, helm } from '../chart/helm.ts';
import { type Charted, release, startCharted } from './chart.ts';
import { applied, untilAsked } from './setup.ts';

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

const account = mkdtempSync(join(tmpdir(), 'account-'));
let charted: Charted;
let container: Container;
beforeAll(async () => {
  charted = await startCharted();
  const { cluster } = charted;
  const manifests = await helm('template', release, chart, '-n', release, '-s', 'templates/helm-test.yaml');
  const objects = parseAllDocuments(manifests).map((document) => document.toJS());
  container = objects.find(({ kind }) => kind === 'Pod').spec.containers[0];
  const rights = objects.filter(({ kind }) => kind !== 'Pod');
  await applied(cluster, ...rights);
  const { stdout: token } = await cluster.kubectl(['create', 'token', `${release}-test`, '-n', release]);
  writeFileSync(join(account, 'token'), token.trim());
  writeFileSync(join(account, 'ca.crt'), cluster.caPem);
  await untilAsked(cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(async () => {
  await charted?.stop();
  rmSync(account, { recursive: true, force: true });
});

/** Runs the command of the pod here, with its files in a folder of ours. */
function run() {
  const [node, ...flags] = container.command;
  expect(node).toBe('node');
  const script = container.args.map((text) => text.replace('/var/run/secrets/kubernetes.io/serviceaccount', account));
  const { hostname, port } = new URL(charted.cluster.url);
  const given = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
  const env = { ...given, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
  return spawnSync(process.execPath, [...flags, ...script], { encoding: 'utf8', env });
}

it('succeeds where the API server reaches the injector', () => {
  expect(run()).toMatchObject({
    stdout: 'A pod with the annotation sidecar.io/topz in the namespace default would get its sidecar.\n',
    stderr: '',
    status: 0,
  });
});

it('fails with what to check where it does not', async () => {
  await charted.webhook.stop();
  expect(run()).toMatchObject({
    stderr: expect.stringMatching(/^The pod would be created without its sidecar: .*Check the pods of the injector/),
    status: 1,
  });
});

it('fails with the answer of the API server where that refuses the pod', async () => {
  await charted.cluster.kubectl(['delete', 'rolebinding', `${release}-test`, '-n', 'default']);
  // The API server hears of it a moment later.
  const refused = { stderr: expect.stringMatching(/^The API server refuses the pod: pods is forbidden/), status: 1 };
  await vi.waitFor(() => expect(run()).toMatchObject(refused), { timeout: 60_000 });
});
