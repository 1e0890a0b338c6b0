import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seed } from '../seed.ts';
import { listTree } from './file-tree.ts';
import { GitScene } from './git-scene.ts';
import { git } from './git-volume.ts';
import { describeWith } from './programs.ts';
import { commitSomething, randomNumbers } from './random-commits.ts';

/** A longer run is `COMMITS=300 npx vitest run test/catalog/git-random-commits.test.ts`; `SEED` repeats one. */
const commits = Number(process.env.COMMITS ?? 20);

describeWith(['git', 'bash'], 'the hook gives the bytes that git gives', () => {
  let scene: GitScene;
  beforeEach(() => {
    scene = new GitScene();
  });
  afterEach(() => scene.remove());

  test(`over ${commits} random commits (seed ${seed})`, { timeout: 900_000 + commits * 20_000 }, async () => {
    const random = randomNumbers(seed);
    const submodule = scene.createRepository('submodule');
    scene.commit({ inner: '1' }, submodule);
    for (let number = 1; number <= commits; number++) {
      commitSomething(random, scene.upstream, submodule);
      scene.volume.fetch();
      expect(await scene.volume.checkout({ links: 'all' }), `commit ${number}`).toEqual({ status: 0, errors: '' });
      expect(files(scene.volume.files), `commit ${number}`).toEqual(freshClone());
      if (number % 5 === 0) scene.volume.collectGarbage();
    }
  });

  test.each([
    ['.gitattributes', '', 'page.txt'],
    ['.gitattributes', 'site', 'site/page.txt'],
    ['site/.gitattributes', 'site', 'site/page.txt'],
  ])('attributes of %s count for subdir %j, also where only they change', async (file, subdir, page) => {
    const inSubdir = page.slice(subdir ? subdir.length + 1 : 0);
    const now = () => scene.volume.actual()[inSubdir];
    scene.commit({ [page]: 'a\nb\n', other: '1' });
    await scene.update({ subdir });
    expect(now()).toBe('file "a\\nb\\n"');
    scene.commit({ [file]: '*.txt text eol=crlf\n' });
    await scene.update({ subdir });
    expect(now()).toBe('file "a\\r\\nb\\r\\n"');
    scene.commit({ [file]: null });
    await scene.update({ subdir });
    expect(now()).toBe('file "a\\nb\\n"');
  });

  /**
   * What git checks out in a directory of its own. git has empty directories for submodules only, so none is compared.
   */
  function freshClone(): Record<string, string> {
    const clone = join(scene.directory, 'clone');
    rmSync(clone, { recursive: true, force: true });
    git(scene.directory, 'clone', '-q', '--recurse-submodules', `file://${scene.upstream}`, clone);
    return files(clone);
  }

  function files(directory: string): Record<string, string> {
    const all = Object.entries(listTree(directory, { withoutGit: true }));
    return Object.fromEntries(all.filter(([, entry]) => entry !== 'directory'));
  }
});
