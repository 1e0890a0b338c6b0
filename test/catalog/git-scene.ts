// A repository and a volume that follows it, new for every test.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Entry, plant } from './file-tree.ts';
import { GitVolume, git, type HookOptions } from './git-volume.ts';

export interface UpdateOptions extends HookOptions {
  readonly ref?: string;
  /** What the app has put beside our files. */
  readonly own?: Record<string, string>;
}

export class GitScene {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'git-checkout-'));
  readonly upstream: string = this.createRepository('upstream');
  readonly volume: GitVolume = new GitVolume(join(this.directory, 'volume'), this.upstream);

  createRepository(name: string): string {
    const directory = join(this.directory, name);
    mkdirSync(directory);
    git(directory, 'init', '-q', '-b', 'main');
    return directory;
  }

  /** Commits changed entries and returns the hash. */
  commit(entries: Record<string, Entry>, repository: string = this.upstream): string {
    plant(repository, entries);
    git(repository, 'add', '-A', '.');
    git(repository, 'commit', '-q', '--allow-empty', '-m', 'a change');
    return git(repository, 'rev-parse', 'HEAD');
  }

  /** Brings the newest commit over; then the files are those of the commit and the app's own, and no others. */
  async update(options: UpdateOptions = {}): Promise<void> {
    this.volume.fetch(options.ref, options.submodules);
    expect(await this.volume.checkout(options)).toEqual({ status: 0, errors: '' });
    expect(this.volume.actual()).toEqual({ ...this.volume.expected(options.subdir), ...options.own });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
