import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GitScene } from './git-scene.ts';
import { GitSidecar, gitContainers } from './git-sidecar.ts';
import { eventually, type GitSyncProcess } from './git-sync-process.ts';
import { describeWith } from './programs.ts';
import { ServedRepository } from './served-repository.ts';

/** Kills in one test; a longer run is `KILLS=50 npx vitest run test/catalog/git-sidecar-failures.test.ts`. */
const kills = Number(process.env.KILLS ?? 3);

/** What git leaves when it is killed, below `.git`, and git-sync, below its root. */
const leftBehind = [
  ...['HEAD', 'index', 'config', 'shallow', 'packed-refs', 'refs/heads/git-sync'].map((name) => `.git/${name}.lock`),
  '.git/gc.pid',
  'tmp-link',
];

/**
 * Half a fetch: nobody else removes it, and a repository that is too large for the memory limit leaves one at each
 * start.
 */
const halfFetch = '.git/objects/pack/tmp_pack_h4lfF3';

/** What `git worktree add` leaves when it is killed: git locks a worktree until it is complete, and prunes no lock. */
function halfWorktree(root: string, name: string, hash: string): void {
  const folder = join(root, '.git/worktrees', name);
  const files = {
    gitdir: `${join(root, '.worktrees', name, '.git')}\n`,
    commondir: '../..\n',
    HEAD: `${hash}\n`,
    locked: 'initializing',
  };
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

describeWith(['git', 'bash', 'curl'], 'the git sidecar when things fail', () => {
  let scene: GitScene;
  let sidecar: GitSidecar;
  let repository: ServedRepository;
  let running: GitSyncProcess[];

  beforeEach(async () => {
    scene = new GitScene();
    sidecar = new GitSidecar(scene.directory);
    repository = new ServedRepository(scene);
    running = [];
    repository.commit({ page: 'one' });
    await repository.serve();
  });
  afterEach(async () => {
    for (const each of running) await each.kill();
    await repository.goAway();
    scene.remove();
  });

  /**
   * Starts the containers of the pod as the kubelet does: one that runs once must have ended well before the next one.
   */
  async function start(annotations: Record<string, string>, native = true): Promise<GitSyncProcess> {
    const containers = gitContainers({ 'git-repo': repository.url, ...annotations }, native);
    let last: GitSyncProcess | undefined;
    for (const container of containers) {
      if (last) expect(await last.exited).toBe(0);
      last = sidecar.start(container);
      running.push(last);
    }
    if (!last) throw new Error('there is no container');
    return last;
  }

  const content = (path: string) => readFileSync(join(sidecar.files, path), 'utf8');
  const shows = (path: string, text: string) =>
    eventually(
      () => content(path),
      (now) => now === text,
    );

  test.each([
    ['native', true],
    ['classic', false],
  ])('%s: a server that is away for 3 s at the start costs seconds, not a period of an hour', async (_, native) => {
    await repository.goAway();
    const began = performance.now();
    const started = start({ 'git-period': '1h' }, native);
    await sleep(3000);
    await repository.serve();
    await started;
    await eventually(() => existsSync(sidecar.ready), Boolean);
    expect(content('page')).toBe('one');
    expect(performance.now() - began).toBeLessThan(60_000);
  });

  test('a server that is away later costs seconds too, and the log says how old the content may be', async () => {
    const process = await start({ 'git-period': '1h' });
    await shows('page', 'one');
    await repository.goAway();
    repository.commit({ page: 'two' });
    process.signal('SIGHUP'); // as if the period were over
    await eventually(
      () => process.log.find(({ logger }) => logger === 'sidecar'),
      (line) => Number(line?.seconds) >= 15,
    );
    expect(existsSync(sidecar.ready)).toBe(true);
    await repository.serve();
    await shows('page', 'two');
  });

  test.each([
    ['in-place', 'page', 'repository'],
    ['symlink', 'current/page', 'files'],
  ])(
    '%s: what a killed run leaves behind stops nothing, and a server that is away costs no content',
    async (style, path, root) => {
      const annotations = { 'git-style': style, 'git-period': '1s' };
      const first = await start(annotations);
      await shows(path, 'one');
      await first.kill();
      const [hash = ''] = readdirSync(join(sidecar.volume, root, '.worktrees'));
      const locks = ['HEAD', 'index'].map((name) => `.git/worktrees/${hash}/${name}.lock`);
      for (const name of [...leftBehind, ...locks, halfFetch]) writeFileSync(join(sidecar.volume, root, name), '1');
      await repository.goAway();
      halfWorktree(join(sidecar.volume, root), repository.commit({ page: 'two' }), hash);
      const second = await start(annotations);
      await eventually(
        () => second.messages,
        (messages) => messages.includes('error syncing repo, will retry'),
      );
      expect(content(path)).toBe('one');
      expect(existsSync(join(sidecar.volume, root, halfFetch))).toBe(false);
      await repository.serve();
      await shows(path, 'two');
    },
  );

  test.each([
    ['in-place', 'page'],
    ['symlink', 'current/page'],
  ])(
    '%s: killed at any moment, it keeps the content, and goes on with the next commit',
    { timeout: 900_000 + kills * 20_000 },
    async (style, path) => {
      const annotations = { 'git-style': style, 'git-period': '1s' };
      await start(annotations);
      await shows(path, 'one');
      for (let round = 1; round <= kills; round++) {
        repository.commit({ page: `commit ${round}`, [`more/${round}`]: 'x'.repeat(100_000) });
        await sleep(Math.random() * 2500);
        await running.at(-1)?.kill();
        await repository.goAway();
        const restarted = await start(annotations);
        await eventually(
          () => restarted.messages,
          (messages) => messages.includes('error syncing repo, will retry'),
        );
        expect(content(path)).toMatch(/^(one|commit \d+)$/);
        await repository.serve();
        await shows(path, `commit ${round}`);
      }
    },
  );

  test('old checkouts go as soon as the files of a commit are in place', async () => {
    await start({ 'git-period': '1s' });
    for (const page of ['two', 'three', 'four']) {
      const hash = repository.commit({ page });
      await shows('page', page);
      await eventually(
        () => readdirSync(join(sidecar.volume, 'repository/.worktrees')).join(),
        (names) => names === hash,
      );
    }
    const stages = () => readdirSync(sidecar.volume).filter((name) => name.startsWith('stage'));
    await eventually(stages, ({ length }) => length === 0);
  });

  test('a copy of the pod without its annotations says what is wrong', async () => {
    writeFileSync(join(scene.directory, 'hooks/checkout'), '');
    const process = await start({});
    expect(await process.silent).toBe(1);
    expect(process.messages.join()).toContain('--keep-annotations');
  });
});
