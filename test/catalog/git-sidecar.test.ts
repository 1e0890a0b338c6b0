import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../ports.ts';
import { listTree } from './file-tree.ts';
import { GitScene } from './git-scene.ts';
import { GitSidecar, gitContainers } from './git-sidecar.ts';
import { eventually, type GitSyncProcess } from './git-sync-process.ts';
import { describeWith } from './programs.ts';
import { ServedRepository } from './served-repository.ts';

describeWith(['git', 'bash', 'curl', 'perl'], 'the git sidecar as a pod has it', () => {
  let scene: GitScene;
  let sidecar: GitSidecar;
  let repository: ServedRepository;
  let running: GitSyncProcess | undefined;

  beforeEach(async () => {
    scene = new GitScene();
    sidecar = new GitSidecar(scene.directory);
    repository = new ServedRepository(scene);
    repository.commit({ page: 'one', 'docs/page': '1', 'docs/draft': '2' });
    await repository.serve();
  });
  afterEach(async () => {
    await running?.kill();
    await repository.goAway();
    scene.remove();
  });

  function start(annotations: Record<string, string>): void {
    const [container] = gitContainers({ 'git-repo': repository.url, 'git-period': '1s', ...annotations }, true);
    if (container) running = sidecar.start(container);
  }
  const files = () => listTree(sidecar.files, { withoutGit: true });

  test.each([
    ['in-place', ''],
    ['symlink', 'current'],
  ])('%s: only files that the sparse patterns name appear', async (style, below) => {
    start({ 'git-style': style, 'git-sparse': '/docs/,!/docs/draft' });
    const seen = () => Object.keys(listTree(join(sidecar.files, below), { withoutGit: true })).join();
    await eventually(seen, (names) => names === 'docs,docs/page');
  });

  test.each(['in-place', 'symlink'])('%s: the app gets a call with each commit', async (style) => {
    const calls: string[] = [];
    const server = createServer((request, response) => {
      calls.push(`${request.method} ${request.url}`);
      response.end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const call = `http://localhost:${(server.address() as AddressInfo).port}/reload`;
      start({ 'git-style': style, 'git-call': call, 'git-method': 'PUT' });
      await eventually(
        () => JSON.stringify(listTree(join(sidecar.files, style === 'symlink' ? 'current' : ''))),
        (tree) => tree.includes('one'),
      );
      const before = calls.length;
      repository.commit({ page: 'two' });
      await eventually(
        () => calls.length,
        (count) => count > before,
      );
      expect(new Set(calls)).toEqual(new Set(['PUT /reload']));
    } finally {
      server.close();
    }
  });

  test('metrics count the syncs by what became of them, and the content stays while the server is away', async () => {
    const port = await freePort();
    start({ 'git-metrics-port': String(port) });
    const metrics = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
      return (await response?.text()) ?? '';
    };
    const shows = async (pattern: RegExp) => {
      let text = '';
      for (const end = performance.now() + 60_000; !pattern.test(text) && performance.now() < end; await sleep(50)) {
        text = await metrics();
      }
      expect(text).toMatch(pattern);
    };
    await shows(/^git_sync_count_total\{status="success"\} 1$/m);
    await shows(/^git_sync_count_total\{status="noop"\} [1-9]/m);
    await repository.goAway();
    await shows(/^git_sync_count_total\{status="error"\} [1-9]/m);
    expect(files()).toMatchObject({ page: 'file "one"' });
  });
});
