// The volume that git-sync and its hook share, filled the way git-sync v4 fills it.
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { parse } from 'yaml';
import { listTree } from './file-tree.ts';
import { locate } from './programs.ts';

const template = parse(readFileSync(join(import.meta.dirname, '../../src/catalog/git.yaml'), 'utf8'));

/** The text of the hook, as the template of the sidecar has it. */
export const hookText: string = template.spec.files.find(({ name }: { name: string }) => name === 'checkout').text;

/** The hook as a file, which is how the downward API gives it to git-sync. */
export const hook: string = join(mkdtempSync(join(tmpdir(), 'checkout-hook-')), 'checkout');
writeFileSync(hook, hookText, { mode: 0o755 });
afterAll(() => rmSync(dirname(hook), { recursive: true, force: true }));

/** The only programs that the hook finds: what it needs of bash, coreutils, curl, git and sed, as in the image. */
const programs = 'bash curl git sed chmod comm cp head mkdir mktemp mv od readlink realpath rm sha1sum tail tr';

export interface HookOptions {
  readonly subdir?: string;
  readonly submodules?: 'recursive' | 'shallow' | 'off';
  readonly links?: 'inside' | 'all';
  /** The method and the address of the call after a change. */
  readonly call?: string;
  /** KiB of its stack, by which the kernel bounds the arguments of a program. */
  readonly stack?: number;
  /** Kills it and all its children after so many milliseconds. */
  readonly killAfter?: number;
}

/** How a run of the hook ended; the status is `null` when it was killed. */
export interface HookResult {
  readonly status: number | null;
  readonly errors: string;
}

/** Runs git without the configuration of whoever runs the tests. */
export function git(directory: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'protocol.file.allow=always'];
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', [...identity, ...args], { cwd: directory, env, encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** An empty volume in which commits of the repository `upstream` are put. */
export class GitVolume {
  readonly directory: string;
  readonly #upstream: string;
  readonly repository: string;
  readonly files: string;
  readonly state: string;

  constructor(directory: string, upstream: string) {
    this.directory = directory;
    this.#upstream = upstream;
    this.repository = join(directory, 'repository');
    this.files = join(directory, 'files');
    this.state = join(directory, 'state');
    mkdirSync(`${directory}-bin`, { recursive: true });
    for (const name of programs.split(' ')) symlinkSync(locate(name) ?? '/nonexistent', join(`${directory}-bin`, name));
  }

  /**
   * What git-sync does before it calls the hook: fetch, new worktree, submodules, link, with umask 0022. Returns the
   * hash.
   */
  fetch(ref = 'main', submodules: HookOptions['submodules'] = 'recursive'): string {
    const before = process.umask(0o022);
    try {
      return this.#fetch(ref, submodules);
    } finally {
      process.umask(before);
    }
  }

  #fetch(ref: string, submodules: HookOptions['submodules']): string {
    if (!existsSync(join(this.repository, '.git'))) {
      mkdirSync(this.repository, { recursive: true });
      git(this.repository, 'init', '-q', '-b', 'git-sync');
    }
    git(this.repository, 'fetch', '-q', this.#upstream, ref, '--depth', '1');
    const hash = git(this.repository, 'rev-parse', 'FETCH_HEAD^{}');
    git(this.repository, 'reset', '-q', '--soft', hash, '--');
    const worktree = join(this.repository, '.worktrees', hash);
    if (!existsSync(worktree))
      git(this.repository, 'worktree', 'add', '-f', '--detach', worktree, hash, '--no-checkout');
    git(worktree, 'reset', '-q', '--hard', hash, '--');
    if (submodules !== 'off') {
      git(worktree, 'submodule', '-q', 'update', '--init', ...(submodules === 'recursive' ? ['--recursive'] : []));
    }
    symlinkSync(`.worktrees/${hash}`, join(this.repository, 'tmp-link'));
    renameSync(join(this.repository, 'tmp-link'), join(this.repository, 'current'));
    return hash;
  }

  /** What git-sync does after it called the hook, perhaps while that still runs: removes what is out of date. */
  collectGarbage(): void {
    const worktrees = join(this.repository, '.worktrees');
    for (const name of readdirSync(worktrees)) {
      if (name !== this.hash) rmSync(join(worktrees, name), { recursive: true });
    }
    git(this.repository, 'worktree', 'prune');
    git(this.repository, 'reflog', 'expire', '--expire-unreachable=all', '--all');
    git(this.repository, '-c', 'gc.pruneExpire=now', 'gc', '-q');
  }

  /** The commit that is published. */
  get hash(): string {
    return readlinkSync(join(this.repository, 'current')).slice('.worktrees/'.length);
  }

  /** Runs the hook once, as git-sync would for the commit that is published. */
  checkout(options: HookOptions = {}, hash: string = this.hash): Promise<HookResult> {
    const bash = locate('bash') ?? '/bin/bash';
    const bounded = [`ulimit -s ${options.stack}; exec "$0" "$1"`, bash, hook];
    const [program, args] = options.stack === undefined ? [bash, [hook]] : ['/bin/sh', ['-c', ...bounded]];
    const child = spawn(program, args, {
      cwd: join(this.repository, '.worktrees', hash),
      env: {
        PATH: `${this.directory}-bin`,
        SIDECAR_ROOT: this.directory,
        SIDECAR_SUBDIR: options.subdir ?? '',
        SIDECAR_LINKS: options.links ?? 'inside',
        ...(options.call === undefined ? {} : { SIDECAR_CALL: options.call }),
        GITSYNC_HASH: hash,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    const kill = () => {
      if (child.pid === undefined) return; // it could not be started
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // All of them have ended already.
      }
    };
    const timer = options.killAfter === undefined ? undefined : setTimeout(kill, options.killAfter);
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status) => {
        clearTimeout(timer);
        resolve({ status, errors });
      });
    });
  }

  /** What the published commit looks like, submodules included: a fresh checkout of it. */
  expected(subdir = ''): Record<string, string> {
    return listTree(join(this.repository, 'current', subdir), { withoutGit: true });
  }

  /** What the app sees. */
  actual(): Record<string, string> {
    return listTree(this.files);
  }
}
