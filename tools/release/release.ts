import { chmodSync, lutimesSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One release: what its artefacts are made from, and where they go. */
export interface Release {
  readonly version: string;
  /** That of the commit: the same commit gives the same bytes. */
  readonly time: Date;
  /** Of the finished artefacts. */
  readonly folder: string;
  /** An empty folder for each artefact to work in, which goes afterwards. */
  readonly scratch: (name: string) => string;
}

export const root = join(import.meta.dirname, '../..');
/** Where the project is. */
export const repository = 'https://github.com/sidecar-injector/sidecar-injector';

/** Gives a folder and all that is in it one time, and modes that do not follow from the umask. */
export function normalize(path: string, time: Date): void {
  const stats = statSync(path);
  chmodSync(path, stats.isDirectory() || stats.mode & 0o100 ? 0o755 : 0o644);
  if (stats.isDirectory()) for (const name of readdirSync(path)) normalize(join(path, name), time);
  lutimesSync(path, time, time);
}
