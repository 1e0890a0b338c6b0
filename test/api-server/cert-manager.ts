// cert-manager on a real API server, and its Secret as the kubelet mounts it. Its validating webhook is not there,
// which admits no certificate of less than an hour: so renewals of minutes can be seen.
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { ensureBinaries } from '../cluster/binaries.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { startDaemon } from '../cluster/daemon.ts';
import { downloadModule } from '../cluster/go-build.ts';
import { certManager } from '../cluster/go-modules.ts';
import { release } from './chart.ts';
import { untilDefined } from './setup.ts';

/**
 * Installs the definitions of cert-manager, and runs its controllers with the rights of an administrator until `stop`.
 */
export async function startCertManager(cluster: ControlPlane) {
  const { 'cert-manager': command } = await ensureBinaries(['cert-manager']);
  const definitions = join(await downloadModule(certManager), 'deploy', 'crds');
  expect(await cluster.kubectl(['apply', '--server-side', '-f', definitions])).toMatchObject({ code: 0 });
  await untilDefined(cluster);
  const directory = mkdtempSync(join(tmpdir(), 'cert-manager-'));
  const args = [cluster.kubeconfig];
  const daemon = startDaemon({ name: 'cert-manager', command, args, directory, lifetime: 'parent' });
  return {
    async stop() {
      await daemon.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The files of a Secret in the namespace of the injector; none while it is not there. */
export async function filesOf({ kubectl }: ControlPlane, secret: string): Promise<Readonly<Record<string, string>>> {
  const { code, stdout } = await kubectl(['get', 'secret', secret, '-n', release, '-o', 'json']);
  const data: Record<string, string> = code === 0 ? (JSON.parse(stdout).data ?? {}) : {};
  return Object.fromEntries(Object.entries(data).map(([name, text]) => [name, Buffer.from(text, 'base64').toString()]));
}

/** A folder with the files of a Secret, changed all at once as the kubelet does it. */
export async function mountSecret(cluster: ControlPlane, secret: string) {
  const folder = mkdtempSync(join(tmpdir(), 'mounted-'));
  let shown = '';
  let version = 0;
  const look = async () => {
    const files = await filesOf(cluster, secret);
    const text = JSON.stringify(files);
    if (text === shown || Object.keys(files).length === 0) return;
    shown = text;
    version += 1;
    mkdirSync(join(folder, `..${version}`));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `..${version}`, name), text);
    symlinkSync(`..${version}`, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    if (version === 1) for (const name of Object.keys(files)) symlinkSync(join('..data', name), join(folder, name));
  };
  let ended = false;
  const followed = async () => {
    while (!ended) {
      await look().catch(() => undefined); // the API server may be gone
      await sleep(500);
    }
  };
  await look();
  const following = followed();
  return {
    folder,
    async stop() {
      ended = true;
      await following;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
