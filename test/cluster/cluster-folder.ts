// Where a cluster keeps everything it has on disk, and what its name may be.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { familyName } from './cgroups.ts';

// On a disk, because container images are unpacked here; not under /var/lib, which a box replaces by its own.
const family = join('/var/tmp', familyName);

/** The folder of the cluster, whether or not it exists. */
export function folderOf(name: string): string {
  if (!/^[a-z0-9]{1,10}$/.test(name)) throw new Error(`a cluster is named by 1 to 10 of a-z and 0-9, not "${name}"`);
  return join(family, name);
}

/** The names of all clusters that have a folder. */
export function knownClusters(): string[] {
  return existsSync(family) ? readdirSync(family) : [];
}

/** Creates the folder, with a number of its own that no other cluster on this machine has. */
export function createFolder(name: string): { folder: string; index: number } {
  const folder = folderOf(name);
  if (existsSync(folder))
    throw new Error(`there is a cluster "${name}" already: npm run cluster -- down --name ${name}`);
  const taken = new Set(knownClusters().map(indexOf));
  const index = Array.from({ length: 250 }, (_, each) => each).find((each) => !taken.has(each)) ?? 250;
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  writeFileSync(join(folder, 'index'), String(index));
  return { folder, index };
}

/** The number of a known cluster. */
export function indexOf(name: string): number {
  const file = join(folderOf(name), 'index');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : -1;
}
