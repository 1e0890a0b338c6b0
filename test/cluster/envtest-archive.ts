// The official archive with kube-apiserver, etcd and kubectl that controller projects test against.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, type Progress } from './cache.ts';
import { envtestChecksums, envtestVersion } from './versions.ts';

/** The programs that the archive holds. */
export const envtestPrograms: readonly string[] = ['etcd', 'kube-apiserver', 'kubectl'];

const connectTimeout = 5_000;

/**
 * Downloads the archive into `directory`. False where the internet or an archive for this platform is not to be had.
 */
export async function downloadEnvtest(directory: string, onProgress: Progress): Promise<boolean> {
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const checksum = envtestChecksums[platform];
  if (!checksum) return false;
  const tag = `envtest-v${envtestVersion}`;
  const url = `https://github.com/kubernetes-sigs/controller-tools/releases/download/${tag}/${tag}-${platform}.tar.gz`;
  const archive = await download(url, onProgress);
  if (!archive) return false;
  if (createHash('sha512').update(archive).digest('hex') !== checksum) {
    throw new Error(`${url} does not have the expected checksum: it is not used.`);
  }
  const unpacked = mkdtempSync(join(cacheDirectory(), 'envtest-'));
  try {
    await unpack(archive, unpacked);
    if (!existsSync(directory)) renameSync(unpacked, directory);
    return true;
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

async function download(url: string, onProgress: Progress): Promise<Buffer | undefined> {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), connectTimeout);
  try {
    const response = await fetch(url, { signal: aborter.signal });
    clearTimeout(timer);
    if (!response.ok) {
      onProgress(`no envtest archive: ${url} answers ${response.status}`);
      return undefined;
    }
    onProgress(`downloading ${url}`);
    return Buffer.from(await response.arrayBuffer());
  } catch {
    onProgress(`no envtest archive: ${new URL(url).host} can't be reached from here`);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function unpack(archive: Buffer, directory: string): Promise<void> {
  const tar = spawn('tar', ['-xzf', '-', '--strip-components=2', '-C', directory], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  tar.stdin.end(archive);
  const code = await new Promise<number | null>((resolve, reject) => tar.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`tar ended with ${code} while unpacking the envtest archive`);
}
