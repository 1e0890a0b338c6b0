// Several images in one docker-save archive.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

interface Entry {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

/** Writes the archives' images into one. `repositories` comes first, where kind looks for the names of all of them. */
export async function joinArchives(archives: readonly string[], file: string): Promise<void> {
  const work = mkdtempSync(join(dirname(file), '.join-'));
  try {
    const entries: Entry[] = [];
    for (const [index, archive] of archives.entries()) {
      const folder = join(work, String(index));
      mkdirSync(folder);
      await execute('tar', ['-C', folder, '-xf', archive]);
      const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Entry[];
      for (const { Config, RepoTags, Layers } of manifest) {
        const inFolder = (path: string) => `${index}/${path}`;
        entries.push({ Config: inFolder(Config), RepoTags, Layers: Layers.map(inFolder) });
      }
    }
    writeFileSync(join(work, 'repositories'), JSON.stringify(repositoriesOf(entries)));
    writeFileSync(join(work, 'manifest.json'), JSON.stringify(entries));
    const folders = archives.map((_, index) => String(index));
    await execute('tar', ['-C', work, '-cf', file, 'repositories', 'manifest.json', ...folders]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Repository → tag → the image. */
function repositoriesOf(entries: readonly Entry[]): Record<string, Record<string, string>> {
  const repositories: Record<string, Record<string, string>> = {};
  for (const { Config, RepoTags } of entries) {
    for (const name of RepoTags) {
      const [, repository = name, tag = 'latest'] = /^(.*):([^:/]+)$/.exec(name) ?? [];
      repositories[repository] = { ...repositories[repository], [tag]: Config };
    }
  }
  return repositories;
}
