import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isSettled } from './settled.ts';

/** Which files are meant: those of a folder, or of all folders below it, whose name matches. */
export interface Pattern {
  /** Relative to the shared folder; empty for that itself. */
  readonly folder: string;
  readonly deep: boolean;
  readonly name: RegExp;
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

/** What was found. */
export interface Found {
  /** Relative to the shared folder. */
  readonly paths: ReadonlySet<string>;
  /** Folders that the sidecar may not list, relative to the shared folder. */
  readonly denied: ReadonlySet<string>;
  /** Is it certain that the same files have these paths? No folder has changed, and none of them is a link. */
  isCurrent(): boolean;
}

/** Finds all files below `root` that match now. */
export function findFiles(root: string, patterns: readonly Pattern[]): Found {
  const paths = new Set<string>();
  const denied = new Set<string>();
  const folders = new Map<string, bigint | undefined>();
  const links = patterns.map((pattern) => collect(root, pattern, { paths, denied }, folders));
  const hasLinks = links.some((count) => count > 0);
  return { paths, denied, isCurrent: () => !hasLinks && [...folders].every(([path, time]) => changeOf(path) === time) };
}

/** The paths of all files in the folders of the patterns, whatever they are called. */
export function findOthers(root: string, patterns: readonly Pattern[]): ReadonlySet<string> {
  const all = patterns.map((pattern) => ({ ...pattern, name: /^/ }));
  return findFiles(root, all).paths;
}

/** What is compressed is a copy of lines that were shipped before. */
const compressed = /\.(?:gz|bz2|xz|zst|lz4|zip)$/;

/**
 * Adds paths of files and of denied folders, and all folders with the time of their last change, which is undefined
 * where the next change may have the same. Gives how many of the files are links. Without recursion: the app makes
 * folders as deep as it likes.
 */
function collect(
  root: string,
  { folder: top, deep, name }: Pattern,
  found: { readonly paths: Set<string>; readonly denied: Set<string> },
  seen: Map<string, bigint | undefined>,
): number {
  let links = 0;
  for (const folders = [top]; ; ) {
    const folder = folders.pop();
    if (folder === undefined) return links;
    const place = join(root, folder);
    const time = changeOf(place); // before it is read, also by the first of two patterns
    if (!seen.has(place)) seen.set(place, isSettled(time) ? time : undefined);
    for (const entry of entriesOf(place, () => found.denied.add(folder))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && deep) folders.push(path);
      else if ((entry.isFile() || entry.isSymbolicLink()) && name.test(entry.name) && !compressed.test(entry.name)) {
        found.paths.add(path);
        if (entry.isSymbolicLink()) links += 1;
      }
    }
  }
}

/** Nothing for a folder that the app has not made yet or has removed, or, after `onDenied`, that may not be listed. */
function entriesOf(folder: string, onDenied: () => void): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isDenied(error)) onDenied();
    return [];
  }
}

/** Whether the user of the sidecar may not read something. */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EACCES';
}

/** When a folder was changed, in nanoseconds since 1970; 0 where that cannot be known. */
function changeOf(folder: string): bigint {
  try {
    return statSync(folder, { bigint: true }).ctimeNs;
  } catch {
    return 0n;
  }
}
