// A cluster that is there already: what the suites make in it is removed afterwards, and nothing else is touched.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stage } from '../../cluster/stages.ts';
import type { Options } from '../options.ts';
import { release } from '../pieces/chart.ts';
import { openTarget } from '../target.ts';
import { clientPrograms, type Provided, publicGitServerImage } from './provided.ts';

/** Uses the cluster of the kubeconfig. */
export async function provideExisting({ kubeconfig = '', image = '' }: Options, stage: Stage): Promise<Provided> {
  const programs = await stage('programs', clientPrograms);
  const folder = mkdtempSync(join(tmpdir(), 'sidecar-injector-existing-'));
  const description = {
    ...{ provider: 'existing' as const, cluster: '', kubeconfig, folder, programs, image },
    gitServerImage: publicGitServerImage,
  };
  const target = openTarget(description);
  await stage('the cluster answers', () => target.kubectl(['version']));
  return {
    description,
    async remove() {
      await target.helm('uninstall', release, '-n', release, '--ignore-not-found');
      await target.kubectl(['delete', 'namespace', '-l', 'sidecar-injector-e2e=true', '--timeout=180s']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
