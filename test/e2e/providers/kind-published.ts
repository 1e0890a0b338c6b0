// A kind cluster of the published node image, on machines that have Docker. Images are pulled; ours is built and
// loaded.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endingWithUs } from '../../cluster/daemon.ts';
import type { Stage } from '../../cluster/stages.ts';
import type { Options } from '../options.ts';
import { project } from '../target.ts';
import { clientPrograms, locate, type Provided, publicGitServerImage } from './provided.ts';
import { removeAfterUs } from './remove-after-us.ts';

const execute = promisify(execFile);
const image = 'localhost/sidecar-injector:e2e';

/**
 * Creates the cluster and loads the project's image into it. Fails where there is a cluster of this name: it is not
 * ours.
 */
export async function provideKindPublished({ name }: Options, stage: Stage): Promise<Provided> {
  if (!locate('kind')) throw new Error('--provider kind needs kind on the PATH: https://kind.sigs.k8s.io');
  const cluster = `sidecar-injector-${name}`;
  const { stdout } = await execute('kind', ['get', 'clusters']);
  if (stdout.split('\n').includes(cluster))
    throw new Error(
      `there is a kind cluster ${cluster} already: remove it (kind delete cluster --name ${cluster}), or give --name`,
    );
  const folder = mkdtempSync(join(tmpdir(), 'sidecar-injector-kind-'));
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  const remove = async () => {
    await command('kind', 'delete', 'cluster', '--name', cluster);
    rmSync(folder, { recursive: true, force: true });
  };
  const programs = await stage('programs', clientPrograms);
  await stage('the project’s image, from the Dockerfile', () => command('docker', 'build', '--tag', image, project));
  removeAfterUs({ kind: cluster, folder });
  try {
    const create = ['create', 'cluster', '--name', cluster, '--kubeconfig', kubeconfig, '--wait', '180s'];
    await stage('kind cluster up', () => command('kind', ...create));
    await stage('image into the cluster', () => command('kind', 'load', 'docker-image', image, '--name', cluster));
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    description: {
      ...{ provider: 'kind', cluster, kubeconfig, folder, programs, image, docker: ['docker'] },
      gitServerImage: publicGitServerImage,
    },
    remove,
  };
}

function command(program: string, ...args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(...endingWithUs(program, args), { stdio: ['ignore', 2, 2] });
    child.on('error', reject).on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ${args[0]} ended with code ${code}`));
    });
  });
}
