import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGitServer } from '../cluster/programs/git-server.ts';
import { freePort } from '../ports.ts';
import { listTree, plant } from './file-tree.ts';
import { GitScene } from './git-scene.ts';
import { eventually, GitSyncProcess } from './git-sync-process.ts';
import { git, hook } from './git-volume.ts';
import { describeWith } from './programs.ts';

describeWith(['git', 'bash'], 'the stand-in for git-sync', () => {
  let scene: GitScene;
  let root: string;
  let running: GitSyncProcess[];

  beforeEach(() => {
    scene = new GitScene();
    root = join(scene.directory, 'git/repository');
    running = [];
    scene.commit({ page: 'one' });
  });
  afterEach(async () => {
    for (const each of running) await each.kill();
    scene.remove();
  });

  function start(
    args: string[] = [],
    environment: Record<string, string> = {},
    repository = `file://${scene.upstream}`,
  ) {
    const common = [`--repo=${repository}`, `--root=${root}`, '--link=current', '--period=100ms'];
    const started = new GitSyncProcess(join(scene.directory, 'tmp'), [...common, ...args], environment);
    running.push(started);
    return started;
  }
  const page = (): string => readFileSync(join(root, 'current/page'), 'utf8');
  const shows = (text: string) => eventually(page, (now) => now === text);

  test('publishes each commit as git-sync does, forced pushes too', async () => {
    const process = start(['--ref=main', '--depth=1', '--submodules=off', '--max-failures=-1']);
    await shows('one');
    expect(process.messages[0]).toMatch(/^this is a stand-in for git-sync/);
    const hash = scene.commit({ page: 'two' });
    await shows('two');
    expect(readlinkSync(join(root, 'current'))).toBe(`.worktrees/${hash}`);
    expect(readFileSync(join(root, 'current/.git'), 'utf8')).toBe(`gitdir: ../../.git/worktrees/${hash}\n`);
    await eventually(
      () => readdirSync(join(root, '.worktrees')),
      (names) => names.join() === hash,
    );
    plant(scene.upstream, { page: 'three' });
    git(scene.upstream, 'commit', '-q', '--amend', '-a', '-m', 'rewritten');
    await shows('three');
    process.signal('SIGTERM');
    expect(await process.silent).toBe(143);
  });

  test('goes on where it was killed', async () => {
    for (let round = 0; round < 4; round++) {
      const process = start(['--max-failures=-1']);
      await eventually(
        () => process.log.length,
        (lines) => lines > round % 3,
      );
      await process.kill();
      scene.commit({ page: `after ${round}` });
    }
    start(['--max-failures=-1']);
    await shows('after 3');
  });

  test('makes a root anew that is no repository', async () => {
    plant(root, { '.git': 'rubbish', 'some/thing': 'x' });
    start();
    await shows('one');
    expect(existsSync(join(root, 'some'))).toBe(false);
  });

  test('calls the hook in the worktree of each commit, again until it succeeds', async () => {
    const hook = join(scene.directory, 'hook');
    const calls = () => readFileSync(join(scene.directory, 'calls'), 'utf8').trim().split('\n');
    plant(scene.directory, {
      hook: {
        // Fails twice.
        program: `#!/bin/sh\necho "$GITSYNC_HASH $(cat page)" >>${scene.directory}/calls\n[ $(wc -l <${scene.directory}/calls) -gt 2 ]\n`,
      },
    });
    const first = git(scene.upstream, 'rev-parse', 'HEAD');
    const process = start([`--exechook-command=${hook}`, '--exechook-backoff=1s', '--stale-worktree-timeout=1m']);
    await eventually(calls, (lines) => lines.length === 3);
    expect(process.messages).toContain('hook failed');
    const second = scene.commit({ page: 'two' });
    await eventually(calls, (lines) => lines.length === 4);
    expect(calls()).toEqual([...Array(3).fill(`${first} one`), `${second} two`]);
    expect(readdirSync(join(root, '.worktrees')).sort()).toEqual([first, second].sort());
  });

  test('keeps a fixed path up to date together with the sidecar’s own hook', async () => {
    const volume = { SIDECAR_ROOT: scene.volume.directory, SIDECAR_SUBDIR: 'site' };
    const command = join(scene.directory, 'hook');
    plant(scene.directory, { hook: { program: readFileSync(hook, 'utf8') } });
    root = scene.volume.repository;
    scene.commit({ 'site/old': '1' });
    start([`--exechook-command=${command}`, '--stale-worktree-timeout=1m'], volume);
    await eventually(
      () => scene.volume.actual(),
      (files) => files.old === 'file "1"',
    );
    scene.commit({ site: null, 'site/new': '2' });
    await eventually(
      () => scene.volume.actual(),
      (files) => files.new === 'file "2"' && !files.old,
    );
  });

  test('--one-time ends with the outcome of the sync and of the hook', async () => {
    expect(await start(['--one-time', '--exechook-command=/bin/true']).exited).toBe(0);
    expect(await start(['--one-time', '--exechook-command=/bin/false']).exited).toBe(1);
    expect(await start(['--one-time', '--ref=none']).exited).toBe(1);
  });

  test('ends at the first failure, at the given one, or never', async () => {
    expect(await start(['--ref=none']).exited).toBe(1);
    const third = start(['--ref=none', '--max-failures=3']);
    expect(await third.silent).toBe(1);
    expect(third.messages.filter((message) => message === 'error syncing repo, will retry')).toHaveLength(2);
    const patient = start(['--ref=later', '--max-failures=-1', '--period=100ms']);
    await eventually(
      () => patient.log.at(-1)?.failCount,
      (count) => Number(count) > 3,
    );
    git(scene.upstream, 'branch', 'later');
    await shows('one');
  });

  test('does not look for more once it has the commit that was asked for', async () => {
    const process = start([`--ref=${git(scene.upstream, 'rev-parse', 'HEAD')}`]);
    await eventually(
      () => process.messages.at(-1),
      (message) => message === 'ref appears to be a git hash, no further sync needed',
    );
  });

  test.each([
    ['.git/HEAD.lock', /error syncing repo/],
    ['.git/refs/heads/git-sync.lock', /error syncing repo/],
    ['tmp-link', /error syncing repo/],
  ])('is held up by %s that a kill has left, as git-sync is', async (name, message) => {
    const first = start(['--max-failures=-1']);
    await shows('one');
    await first.kill();
    writeFileSync(join(root, name), '');
    scene.commit({ page: 'two' });
    const second = start(['--max-failures=-1']);
    await eventually(
      () => second.messages.filter((text) => message.test(text)).length,
      (count) => count > 2,
    );
    expect(page()).toBe('one');
  });

  test('wipes its root where a kill has left shallow.lock, as git-sync does', async () => {
    await start(['--one-time']).exited;
    writeFileSync(join(root, '.git/shallow.lock'), '');
    expect(await start(['--one-time'], {}, 'file:///nowhere').exited).toBe(1);
    expect(existsSync(join(root, 'current'))).toBe(false);
  });

  test('waits for --init-period until the first sync, then for --period; a signal ends the wait', async () => {
    const process = start([
      '--ref=later',
      '--max-failures=-1',
      '--init-period=100ms',
      '--period=1h',
      '--sync-on-signal=SIGHUP',
    ]);
    await eventually(
      () => process.log.at(-1)?.failCount,
      (count) => Number(count) > 2,
    );
    git(scene.upstream, 'branch', 'later');
    await shows('one');
    git(scene.upstream, 'checkout', '-q', 'later');
    scene.commit({ page: 'two' });
    await sleep(1000);
    expect(page()).toBe('one');
    process.signal('SIGHUP');
    await shows('two');
  });

  test('cuts a sync at --sync-timeout', async () => {
    const process = start(['--sync-timeout=10ms']);
    expect(await process.silent).toBe(1);
    expect(String(process.log.at(-1)?.error)).toMatch(/deadline exceeded|exit status 124/);
  });

  test('--error-file is there from a failure to the next sync that succeeds; --touch-file after each that brings something', async () => {
    const [error, touched] = ['error', 'touched'].map((name) => join(scene.directory, name)) as [string, string];
    start(['--ref=later', '--max-failures=-1', `--error-file=${error}`, `--touch-file=${touched}`]);
    await eventually(() => existsSync(error), Boolean);
    expect(existsSync(touched)).toBe(false);
    git(scene.upstream, 'branch', 'later');
    await shows('one');
    await eventually(() => !existsSync(error) && existsSync(touched), Boolean);
  });

  test('answers on --http-bind, 503 before the first sync and 200 after it, and counts the syncs', async () => {
    const port = await freePort();
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, text: await response.text() };
    };
    const options = ['--ref=later', '--max-failures=-1', `--http-bind=:${port}`, '--http-metrics'];
    const process = start(options);
    await eventually(
      () => process.log.at(-1)?.failCount,
      (count) => Number(count) > 1,
    );
    expect((await get('/')).status).toBe(503);
    git(scene.upstream, 'branch', 'later');
    await shows('one');
    for (const [name, pattern] of [
      ['success', /status="success"} 1\n/],
      ['noop', /status="noop"} [1-9]/],
      ['error', /status="error"} [1-9]/],
    ] as const) {
      let text = '';
      for (let tries = 0; tries < 200 && !pattern.test(text); tries++) {
        text = (await get('/metrics')).text;
        await sleep(30);
      }
      expect(text, name).toMatch(pattern);
    }
    expect((await get('/')).status).toBe(200);
  });

  test('calls --webhook-url with the hash, until the status is the one that is a success', async () => {
    const calls: string[] = [];
    const server = createServer((request, response) => {
      calls.push(`${request.method} ${request.url} ${request.headers['gitsync-hash']}`);
      response.writeHead(calls.length < 3 ? 204 : 200).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/reload?x=1`;
      start([`--webhook-url=${url}`, '--webhook-method=PUT', '--webhook-backoff=1s']);
      await eventually(
        () => calls.length,
        (count) => count === 3,
      );
      expect(new Set(calls)).toEqual(new Set([`PUT /reload?x=1 ${git(scene.upstream, 'rev-parse', 'HEAD')}`]));
    } finally {
      server.close();
    }
  });

  test('checks out what --sparse-checkout-file names', async () => {
    scene.commit({ 'docs/page': '1', 'docs/draft': '2', 'src/code': '3' });
    const file = join(scene.directory, 'sparse');
    writeFileSync(file, '/docs/\n!/docs/draft\n');
    expect(await start(['--one-time', `--sparse-checkout-file=${file}`]).exited).toBe(0);
    expect(Object.keys(listTree(join(root, 'current'), { withoutGit: true }))).toEqual(['docs', 'docs/page']);
  });

  test('fetches submodules', async () => {
    const inner = scene.createRepository('inner');
    scene.commit({ heart: '1' }, inner);
    git(scene.upstream, 'submodule', '-q', 'add', inner, 'lib');
    scene.commit({});
    start(['--submodules=recursive'], {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'protocol.file.allow',
      GIT_CONFIG_VALUE_0: 'always',
    });
    await eventually(
      () => readFileSync(join(root, 'current/lib/heart'), 'utf8'),
      (text) => text === '1',
    );
  });

  test('clones over HTTP, with a password that may change', async () => {
    const bare = join(scene.directory, 'served/site.git');
    mkdirSync(bare, { recursive: true });
    git(bare, 'clone', '-q', '--bare', scene.upstream, '.');
    let credentials = 'me:first';
    const server = createGitServer({ root: join(scene.directory, 'served'), credentials: () => credentials });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/site.git`;
    try {
      const file = join(scene.directory, 'password');
      writeFileSync(file, 'first\n');
      const process = start(['--max-failures=-1', `--password-file=${file}`], { GITSYNC_USERNAME: 'me' }, url);
      await shows('one');
      credentials = 'me:second';
      await eventually(
        () => process.messages.at(-1),
        (message) => message === 'error syncing repo, will retry',
      );
      writeFileSync(file, 'second');
      scene.commit({ page: 'two' });
      git(scene.upstream, 'push', '-q', bare, 'main');
      await shows('two');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
