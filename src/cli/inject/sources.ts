import type { Console, Files } from '../console.ts';

/** A file as it was read, or what stands in the way. */
export interface Source {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ReadSources {
  readonly sources: readonly Source[];
  /** Files and folders that cannot be read, or hold nothing. */
  readonly mistakes: readonly string[];
  /** What a person who named a folder wants to know. */
  readonly notes: readonly string[];
}

/** Reads what -f names: files, the manifests of folders and of the folders in them, and `-` for standard input. */
export function readSources(paths: readonly string[], console: Pick<Console, 'files' | 'stdin'>): ReadSources {
  const { files } = console;
  const sources: Source[] = [];
  const mistakes: string[] = [];
  const notes: string[] = [];
  const read = (name: string) => {
    const result = files.read(name);
    if ('bytes' in result) sources.push({ name, bytes: result.bytes });
    else mistakes.push(result.sentence);
  };
  for (const path of new Set(paths)) {
    if (path === '-') sources.push({ name: 'stdin', bytes: console.stdin() });
    else if (!files.isFolder(path)) read(path);
    else {
      const names = manifestsIn(path, files, mistakes);
      for (const name of names) read(name);
      if (names.length > 0) notes.push(`read ${names.join(', ')}`);
      else mistakes.push(`${path}: There is no *.yaml, *.yml or *.json in it.`);
    }
  }
  return { sources, mistakes, notes };
}

function manifestsIn(folder: string, files: Files, mistakes: string[]): string[] {
  const listing = files.list(folder);
  if ('sentence' in listing) {
    mistakes.push(listing.sentence);
    return [];
  }
  const entries = [...listing.entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap(({ name, isFolder }) => {
    const path = `${folder.replace(/\/+$/, '')}/${name}`;
    if (isFolder) return manifestsIn(path, files, mistakes);
    return /\.(?:ya?ml|json)$/.test(name) ? [path] : [];
  });
}
