// Packs a folder as a container image: an archive as `docker save` writes it, which `ctr image import` and `kind load`
// take.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The part of an image's configuration that a container starts from, in the words of the OCI image specification. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  /** `uid:gid`, in numbers: the kubelet can't tell whether a name is root. */
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  /** What asks the program to end, where it is not SIGTERM. */
  readonly StopSignal?: string;
}

export interface ImageParts {
  /** The archive to write. */
  readonly file: string;
  /** What pods call it: `docker.io/library/nginx:1.27`. */
  readonly names: readonly string[];
  /** The root file system. Everything in it will belong to root. */
  readonly root: string;
  readonly config: ImageConfig;
}

/** Writes the archive, complete or not at all. The same content gives the same bytes. */
export async function packImage({ file, names, root, config }: ImageParts): Promise<void> {
  const work = mkdtempSync(join(dirname(file), '.pack-'));
  try {
    const layer = join(work, 'layer.tar');
    await tar(layer, root, ['.']);
    const description = {
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: [`sha256:${await sha256(layer)}`] },
    };
    writeFileSync(join(work, 'config.json'), JSON.stringify(description));
    const manifest = [{ Config: 'config.json', RepoTags: names, Layers: ['layer.tar'] }];
    writeFileSync(join(work, 'manifest.json'), JSON.stringify(manifest));
    await tar(join(work, 'image.tar'), work, ['manifest.json', 'config.json', 'layer.tar']);
    renameSync(join(work, 'image.tar'), file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function tar(file: string, directory: string, entries: string[]): Promise<void> {
  const stable = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--format=pax'];
  const plain = '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime';
  await execute('tar', ['-C', directory, ...stable, plain, '-cf', file, ...entries]);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
