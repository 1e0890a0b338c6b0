import {
  type BigIntStats,
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readlinkSync,
} from 'node:fs';
import { join } from 'node:path';

/** Which files are meant: those of a folder, or of all folders below it, whose name matches. */
export interface Pattern {
  /** Relative to the shared folder; empty for that itself. */
  readonly folder: string;
  readonly deep: boolean;
  readonly name: RegExp;
}

/** A file that is open for reading. */
export interface OpenFile {
  readonly fd: number;
  /** Device and inode: what stays when it is renamed. */
  readonly identity: string;
  /** When it was created, in nanoseconds since 1970; empty where that is not known. */
  readonly born: string;
}

/** Reads `/var/log/app/*.log`, or `…/**` + `/*.log` for all folders below, as a pattern within `folder`. */
export function readPattern(text: string, folder: string): Pattern {
  const slash = text.lastIndexOf('/');
  const above = text.slice(0, slash);
  const deep = above.endsWith('/**');
  const name = text
    .slice(slash + 1)
    .replace(/\*+/g, '*')
    .replace(/[.+^$()[\]{}|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
    .replace(/^\./, '(?!\\.).'); // as in a shell: hidden files are meant only where the dot is written
  return {
    folder: (deep ? above.slice(0, -3) : above).slice(folder.length + 1),
    deep,
    name: new RegExp(`^${name}$`, 's'),
  };
}

/** The paths below `root` of all files that match now. */
export function findFiles(root: string, patterns: readonly Pattern[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { folder, deep, name } of patterns) collect(root, folder, deep, name, found);
  return found;
}

/** The paths of all files in the folders of the patterns, whatever they are called. */
export function findOthers(root: string, patterns: readonly Pattern[]): ReadonlySet<string> {
  return findFiles(
    root,
    patterns.map((pattern) => ({ ...pattern, name: /^/ })),
  );
}

/** What is compressed is a copy of lines that were shipped before. */
const compressed = /\.(?:gz|bz2|xz|zst|lz4|zip)$/;

/** Without recursion: the app makes folders as deep as it likes. */
function collect(root: string, top: string, deep: boolean, name: RegExp, found: Set<string>): void {
  for (const folders = [top]; ; ) {
    const folder = folders.pop();
    if (folder === undefined) return;
    for (const entry of entriesOf(join(root, folder))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && deep) folders.push(path);
      else if ((entry.isFile() || entry.isSymbolicLink()) && name.test(entry.name) && !compressed.test(entry.name))
        found.add(path);
    }
  }
}

/** Nothing for a folder that the app has not made yet, has removed, or keeps to itself. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/**
 * Opens a plain file. Undefined for anything else, and for what a link leads to outside of `root`: the app could send
 * files of this container to the receiver otherwise, its credentials for instance.
 */
export function openWithin(root: string, path: string): OpenFile | undefined {
  const fd = openSync(join(root, path), constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(fd, { bigint: true });
    if (status.isFile() && readlinkSync(`/proc/self/fd/${fd}`).startsWith(`${root}/`)) {
      return { fd, identity: identityOf(status), born: bornOf(status) };
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return undefined;
}

export const identityOf = ({ dev, ino }: BigIntStats) => `${dev}:${ino}`;

/**
 * Node gives the time of the last change, or 0, where a file system or a kernel keeps none of creation. Source: libuv,
 * uv__fs_statx.
 */
function bornOf({ birthtimeNs, ctimeNs }: BigIntStats): string {
  return birthtimeNs === 0n || birthtimeNs === ctimeNs ? '' : String(birthtimeNs);
}
