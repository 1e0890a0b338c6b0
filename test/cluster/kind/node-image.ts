// The image of kind's nodes, built by `kind build node-image` from a release of Kubernetes, and kept in the cache.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { progressToStderr } from '../binaries.ts';
import { cacheDirectory, type Progress } from '../cache.ts';
import { ensureImage } from '../images.ts';
import { kindVersion, kubernetesVersion } from '../versions.ts';
import { baseImage, baseImageName } from './base-image.ts';
import type { Engine } from './engine.ts';
import { ensureReleaseParts, packRelease, type ReleaseParts } from './kubernetes-release.ts';

export const nodeImageName = `localhost/kind-node:v${kubernetesVersion}`;
// To be raised when this file changes what the image contains.
const layout = 2;

/**
 * Without the StorageClass for which there is no program here: kind falls back on one of its own. And with a systemd
 * that keeps to cgroup v1, because a box has no cgroup v2 of its own.
 */
const adjusted = `FROM localhost/kind-node:built
RUN rm /kind/manifests/default-storage.yaml
ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init", "systemd.legacy_systemd_cgroup_controller=1"]
`;

interface Parts {
  readonly base: string;
  readonly release: ReleaseParts;
}

/** Gives the engine the image, from the cache or built anew. */
export async function provideNodeImage(
  engine: Engine,
  kind: string,
  onProgress: Progress = progressToStderr,
): Promise<void> {
  const parts: Parts = {
    base: await ensureImage(await baseImage(), { onProgress }),
    release: await ensureReleaseParts(onProgress),
  };
  const file = join(cacheDirectory('kind'), `node-${fingerprint(parts)}.tar`);
  if (existsSync(file)) {
    await engine.run('docker', 'load', '--input', file);
    return;
  }
  onProgress('building the image of kind’s nodes');
  await build(engine, kind, parts);
  const unfinished = join(cacheDirectory('kind'), `.node-${process.pid}.tar`);
  await engine.run('docker', 'save', '--output', unfinished, nodeImageName);
  renameSync(unfinished, file);
  forgetOld();
}

/** Of the archives, which are big, only the newest two are kept. */
function forgetOld(): void {
  const archives = readdirSync(cacheDirectory('kind'))
    .filter((name) => /^node-\w+\.tar$/.test(name))
    .map((name) => join(cacheDirectory('kind'), name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const old of archives.slice(2)) rmSync(old, { force: true });
}

async function build(engine: Engine, kind: string, parts: Parts): Promise<void> {
  const work = join(engine.folder, 'node-image');
  mkdirSync(work);
  const release = join(work, 'release.tar.gz');
  await packRelease(parts.release, work, release);
  await engine.run('docker', 'load', '--input', parts.base);
  const how = ['--type', 'file', '--base-image', baseImageName, '--image', 'localhost/kind-node:built'];
  await engine.run(kind, 'build', 'node-image', ...how, release);
  const context = join(work, 'context');
  mkdirSync(context);
  writeFileSync(join(context, 'Dockerfile'), adjusted);
  await engine.run('docker', 'build', '--network', 'none', '--tag', nodeImageName, context);
  rmSync(work, { recursive: true });
}

function fingerprint({ base, release }: Parts): string {
  const archives = [base, ...release.images, ...release.others].map((file) => basename(file));
  return createHash('sha256')
    .update(JSON.stringify([layout, kindVersion, archives]))
    .digest('hex')
    .slice(0, 12);
}
