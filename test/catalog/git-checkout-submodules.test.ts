import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GitScene } from './git-scene.ts';
import { git } from './git-volume.ts';
import { describeWith } from './programs.ts';

describeWith(['git'], 'the hook and submodules', () => {
  let scene: GitScene;
  let inner: string;
  let innermost: string;

  beforeEach(() => {
    scene = new GitScene();
    innermost = scene.createRepository('innermost');
    scene.commit({ heart: '1', 'dir/vein': '2' }, innermost);
    inner = scene.createRepository('inner');
    scene.commit({ page: '1', 'sub/page': '2' }, inner);
    git(inner, 'submodule', '-q', 'add', innermost, 'nested');
    scene.commit({}, inner);
    scene.commit({ top: '1' });
    git(scene.upstream, 'submodule', '-q', 'add', inner, 'libs/in ner');
    git(scene.upstream, 'submodule', '-q', 'update', '--init', '--recursive');
    scene.commit({});
  });
  afterEach(() => scene.remove());

  /** Moves the submodule of the upstream repository to the newest commit of its own. */
  function moveOn(): void {
    git(join(scene.upstream, 'libs/in ner'), 'pull', '-q', 'origin', 'main');
    git(scene.upstream, 'submodule', '-q', 'update', '--init', '--recursive');
    scene.commit({});
  }

  test('their files appear, change and vanish with them', async () => {
    await scene.update();
    expect(scene.volume.actual()).toMatchObject({
      'libs/in ner/nested/dir/vein': 'file "2"',
      'libs/in ner/page': 'file "1"',
    });
    scene.commit({ page: '3', 'sub/page': null, 'sub/new': '4' }, inner);
    moveOn();
    await scene.update();
    git(scene.upstream, 'rm', '-q', '-r', 'libs/in ner');
    scene.commit({ 'libs/in ner': 'a file now' });
    await scene.update();
    scene.volume.collectGarbage();
    scene.commit({ 'libs/in ner': null });
    await scene.update();
    expect(Object.keys(scene.volume.actual()).sort()).toEqual(['.gitmodules', 'top']);
  });

  test('shallow brings the first level only', async () => {
    scene.volume.fetch('main', 'shallow');
    expect(await scene.volume.checkout({ submodules: 'shallow' })).toEqual({ status: 0, errors: '' });
    expect(scene.volume.actual()).toMatchObject({ 'libs/in ner/page': 'file "1"' });
    expect(Object.keys(scene.volume.actual()).join()).not.toContain('nested');
  });

  test('off brings none of them', async () => {
    scene.volume.fetch('main', 'off');
    expect(await scene.volume.checkout({ submodules: 'off' })).toEqual({ status: 0, errors: '' });
    expect(Object.keys(scene.volume.actual()).sort()).toEqual(['.gitmodules', 'top']);
  });

  test.each(['libs', 'libs/in ner', 'libs/in ner/sub', 'libs/in ner/nested', 'libs/in ner/nested/dir'])(
    'the wanted sub-directory may be above, at or in one: %s',
    async (subdir) => {
      await scene.update({ subdir });
      scene.commit({ page: '3', 'sub/page': '4' }, inner);
      moveOn();
      await scene.update({ subdir });
    },
  );

  test('a submodule of any name', async () => {
    const name = 'co:lon "quote" back\\slash $(id)';
    git(scene.upstream, 'submodule', '-q', 'add', innermost, name);
    scene.commit({});
    await scene.update();
    expect(scene.volume.actual()).toHaveProperty([`${name}/heart`], 'file "1"');
  });
});
