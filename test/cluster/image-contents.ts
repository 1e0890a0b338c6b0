// Looks into a docker-save archive: how it is started, how big it is, and every file in it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ImageConfig } from './image-archive.ts';

const execute = promisify(execFile);

export interface ImageContents {
  readonly names: readonly string[];
  readonly config: ImageConfig;
  /** Of all files, unpacked, in bytes. */
  readonly size: number;
  /** Absolute path → its size; folders are left out. */
  readonly files: ReadonlyMap<string, number>;
}

/** Reads the archive. */
export async function readImage(file: string): Promise<ImageContents> {
  const read = async (entry: string) => JSON.parse((await execute('tar', ['-xOf', file, entry])).stdout);
  const [manifest] = (await read('manifest.json')) as { Config: string; RepoTags: string[]; Layers: string[] }[];
  if (!manifest) throw new Error(`${file} holds no image`);
  const { config } = (await read(manifest.Config)) as { config: ImageConfig };
  const files = new Map<string, number>();
  for (const layer of manifest.Layers) {
    for (const [path, size] of await filesOf(file, layer)) files.set(path, size);
  }
  return { names: manifest.RepoTags, config, size: [...files.values()].reduce((sum, size) => sum + size, 0), files };
}

async function filesOf(archive: string, layer: string): Promise<[string, number][]> {
  const script = 'tar -xOf "$0" "$1" | tar -tv --full-time --numeric-owner';
  const { stdout } = await execute('/bin/sh', ['-c', script, archive, layer], { maxBuffer: 256 << 20 });
  // -rw-r--r-- 0/0   1234 1970-01-01 00:00:00 ./usr/bin/node
  return stdout.split('\n').flatMap((line) => {
    const [mode = '', , size, , , ...rest] = line.split(/\s+/);
    const path = rest
      .join(' ')
      .replace(/ (->|link to) .*$/, '')
      .replace(/^(\.\/)?/, '/');
    return mode && !mode.startsWith('d') ? [[path, Number(size)] as [string, number]] : [];
  });
}
