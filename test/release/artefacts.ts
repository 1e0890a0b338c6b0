// Artefacts of a release, made as `npm run release -- --dry-run` makes them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** Makes all artefacts, or those that are named, in a new folder. Gives the folder, and what the command prints. */
export function dryRun(...only: readonly string[]): { readonly folder: string; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'release-test-'));
  const args = [join(root, 'tools/release.ts'), '--dry-run', ...only.flatMap((name) => ['--only', name]), folder];
  // One time for all, whatever is committed meanwhile.
  const env = { ...process.env, SOURCE_DATE_EPOCH: '1700000000' };
  return { folder, said: execFileSync(process.execPath, args, { encoding: 'utf8', env }) };
}

export interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

/** Where the layout in a folder of artefacts keeps the bytes of a descriptor. */
export const blobFile = (folder: string, { digest }: Descriptor) =>
  join(folder, 'image/blobs', digest.replace(':', '/'));

/** Absolute path → size of each file that the image in a folder of artefacts adds to its base. */
export function layerFiles(folder: string): ReadonlyMap<string, number> {
  const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
  const [manifest] = read(join(folder, 'image/index.json')).manifests;
  const files = new Map<string, number>();
  for (const layer of read(blobFile(folder, manifest)).layers) {
    const listed = execFileSync('tar', ['-tvzf', blobFile(folder, layer)], { encoding: 'utf8' });
    // -rw-r--r-- 0/0   1234 2026-11-26 13:49 app/package.json
    for (const [, size, path] of listed.matchAll(/^-\S+ +\S+ +(\d+) \S+ \S+ (.*)$/gm)) {
      files.set(`/${path}`, Number(size));
    }
  }
  return files;
}
