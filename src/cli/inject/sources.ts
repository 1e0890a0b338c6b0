import { printable } from '../../core/printable.ts';
import type { Console, Files } from '../console.ts';
import { shownUrl } from '../fetch-url.ts';

/** The content of a file, or of standard input. */
export interface Source {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Its path within the folder that was named, or its last part; absent for standard input. */
  readonly output?: string;
}

export interface ReadSources {
  readonly sources: readonly Source[];
  /** Files and folders that cannot be read, and folders without manifests. */
  readonly problems: readonly string[];
  /** Which files of a folder were read. */
  readonly notes: readonly string[];
}

/** Reads what -f names: files, folders with those in them but nothing hidden, URLs, and `-` for standard input. */
export function readSources(paths: readonly string[], console: Pick<Console, 'files' | 'stdin'>): ReadSources {
  const { files } = console;
  const sources: Source[] = [];
  const problems: string[] = [];
  const notes: string[] = [];
  const read = (path: string, folder: string) => {
    const result = files.read(path);
    const name = shownUrl(path);
    const output = name.slice(folder.length).replace(/^[/\\]+/, '');
    if ('bytes' in result) sources.push({ name, bytes: result.bytes, output });
    else problems.push(printable(result.message));
  };
  for (const path of new Set(paths)) {
    if (path === '-') sources.push({ name: 'stdin', bytes: console.stdin() });
    else if (!files.isFolder(path)) read(path, shownUrl(path).replace(/[^/\\]*$/, ''));
    else {
      const names = manifestsIn(path, files, problems);
      for (const name of names) read(name, path.replace(/\/+$/, ''));
      if (names.length > 0) notes.push(printable(`read ${names.join(', ')}`));
      else problems.push(`${printable(path)}: the folder has no *.yaml, *.yml or *.json files`);
    }
  }
  return { sources, problems, notes };
}

function manifestsIn(folder: string, files: Files, problems: string[]): string[] {
  const listing = files.list(folder);
  if ('message' in listing) {
    problems.push(printable(listing.message));
    return [];
  }
  // Such as .git, and the links by which Emacs locks files.
  const shown = listing.entries.filter(({ name }) => !name.startsWith('.'));
  const entries = shown.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap(({ name, isFolder }) => {
    const path = `${folder.replace(/\/+$/, '')}/${name}`;
    if (isFolder) return manifestsIn(path, files, problems);
    return /\.(?:ya?ml|json)$/.test(name) ? [path] : [];
  });
}
