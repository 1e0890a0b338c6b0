import { execFileSync } from 'node:child_process';
import { cpSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientPrograms } from '../../test/e2e/providers/provided.ts';
import { installManifests } from '../manifests/install.ts';
import { normalize, type Release, root } from './release.ts';

/** The chart as `helm push` and `helm install` take it. */
export async function makeChart({ version, time, folder, scratch }: Release): Promise<void> {
  const { helm } = await clientPrograms();
  const work = scratch('chart');
  const chart = join(work, 'sidecar-injector');
  cpSync(join(root, 'charts/sidecar-injector'), chart, { recursive: true });
  normalize(chart, time); // Helm packs the times of the files
  execFileSync(helm, ['package', chart, '--destination', work], { stdio: 'pipe' });
  renameSync(join(work, `sidecar-injector-${version}.tgz`), join(folder, `sidecar-injector-chart-${version}.tgz`));
}

/** The chart as plain manifests, for `kubectl apply`. */
export async function makeManifests({ folder }: Release): Promise<void> {
  const { helm } = await clientPrograms();
  writeFileSync(join(folder, 'install.yaml'), await installManifests(helm));
}
