// The chart and the plain manifests of a release on a real API server, and the chart and the image in an OCI registry.
import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { helm } from '../chart/helm.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { type Daemon, startDaemon } from '../cluster/daemon.ts';
import { dryRun, root } from './artefacts.ts';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
let folder = '';
let cluster: ControlPlane;
let registry: Daemon;
let crane = '';
let address = '';
beforeAll(async () => {
  folder = dryRun('chart', 'manifests', 'image').folder;
  cluster = await startControlPlane();
  ({ crane } = await ensureBinaries(['crane']));
  const args = ['registry', 'serve', '--address=127.0.0.1:0'];
  registry = startDaemon({ name: 'registry', command: crane, args, directory: folder, lifetime: 'parent' });
  const port = () => /serving on port (\d+)/.exec(readFileSync(registry.logFile, 'utf8'))?.[1];
  await vi.waitFor(() => expect(port()).toBeDefined(), { timeout: 60_000 });
  address = `127.0.0.1:${port()}`;
});
afterAll(async () => {
  await registry?.stop();
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const image = 'jsonpath={.spec.template.spec.containers[0].image}';
const kubectl = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await cluster.kubectl(args);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
};

it('the image is valid in a registry, for each architecture', async () => {
  const pushed = `${address}/sidecar-injector:${version}`;
  const run = async (...args: readonly string[]) => (await promisify(execFile)(crane, args)).stdout;
  await run('push', '--index', join(folder, 'image'), pushed);
  for (const platform of ['linux/amd64', 'linux/arm64']) {
    expect(await run('validate', '--remote', pushed, '--platform', platform)).toContain('PASS');
    expect(`linux/${JSON.parse(await run('config', pushed, '--platform', platform)).architecture}`).toBe(platform);
  }
});

it('the chart is installed from a registry, with the image of the same version', async () => {
  await helm('push', join(folder, `sidecar-injector-chart-${version}.tgz`), `oci://${address}/charts`, '--plain-http');
  const chart = [`oci://${address}/charts/sidecar-injector`, '--version', version, '--plain-http'];
  const own = ['--namespace', 'platform', '--kubeconfig', cluster.kubeconfig];
  await helm('install', 'sidecars', ...chart, ...own, '--create-namespace');
  const deployment = ['get', 'deployment', 'sidecars-sidecar-injector', '-n', 'platform', '-o', image];
  expect(await kubectl(...deployment)).toBe(`ghcr.io/sidecar-injector/sidecar-injector:${version}`);
  await helm('uninstall', 'sidecars', ...own);
});

it('the plain manifests are applied as they are, twice', async () => {
  const apply = ['apply', '--server-side', '-f', join(folder, 'install.yaml')];
  await kubectl(...apply);
  expect(await kubectl(...apply)).toContain('deployment.apps/sidecar-injector serverside-applied');
  const deployment = ['get', 'deployment', 'sidecar-injector', '-n', 'sidecar-injector', '-o', image];
  expect(await kubectl(...deployment)).toBe(`ghcr.io/sidecar-injector/sidecar-injector:${version}`);
});
