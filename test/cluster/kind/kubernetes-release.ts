// A release of Kubernetes as kind takes one, of the node's own programs and images.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureBinaries } from '../binaries.ts';
import type { Progress } from '../cache.ts';
import { ensureImages } from '../images.ts';
import { kubernetesVersion } from '../versions.ts';
import { otherImages, releaseImages } from './control-plane-images.ts';
import { joinArchives } from './joined-archive.ts';

const execute = promisify(execFile);

export interface ReleaseParts {
  /** Archives of `releaseImages`, in their order. */
  readonly images: readonly string[];
  /** Of `otherImages`. */
  readonly others: readonly string[];
  readonly programs: Readonly<Record<'kubeadm' | 'kubelet' | 'kubectl', string>>;
}

/** What a release is made of, from the cache or made anew. */
export async function ensureReleaseParts(onProgress: Progress): Promise<ReleaseParts> {
  return {
    images: await ensureImages(releaseImages, { onProgress }),
    others: await ensureImages(otherImages, { onProgress }),
    programs: await ensureBinaries(['kubeadm', 'kubelet', 'kubectl'], { onProgress }),
  };
}

/**
 * Packs the release into `file`, by way of the folder `work`. kind pulls what no archive has: the last one has the
 * rest.
 */
export async function packRelease(
  { images, others, programs }: ReleaseParts,
  work: string,
  file: string,
): Promise<void> {
  const folder = join(work, 'kubernetes/server/bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(work, 'kubernetes/version'), `v${kubernetesVersion}`);
  for (const [name, path] of Object.entries(programs)) copyFileSync(path, join(folder, name));
  for (const [index, { program }] of releaseImages.entries())
    copyFileSync(images[index] ?? '', join(folder, `${program}.tar`));
  await joinArchives(others, join(folder, 'kube-proxy.tar'));
  await execute('tar', ['-C', work, '-I', 'gzip -1', '-cf', file, 'kubernetes']);
}
