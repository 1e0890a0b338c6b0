import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listTree, plant } from './file-tree.ts';
import { GitScene } from './git-scene.ts';
import { git, hookText } from './git-volume.ts';
import { describeWith } from './programs.ts';

const hostileNames = ['plain.txt', 'two words', 'new\nline', '-rf', '--', '*', '[a]?', '.hidden', '..two', 'ünïcödé ☃'];
const moreNames = [
  '"quoted" and \'quoted\'',
  '$(id)',
  'back\\slash',
  'tab\tbed',
  ' lead',
  'trail ',
  'de/ep/er/file',
  '#x',
];

describeWith(['git', 'bash', 'curl'], 'the hook that fills a fixed path', () => {
  let scene: GitScene;
  beforeEach(() => {
    scene = new GitScene();
  });
  afterEach(() => scene.remove());

  test('brings every kind of file, whatever its name', async () => {
    const named = Object.fromEntries([...hostileNames, ...moreNames].map((name) => [name, `this is ${name}`]));
    scene.commit({
      ...named,
      empty: '',
      run: { program: '#!/bin/sh' },
      link: { link: 'de/ep' },
      broken: { link: 'no where' },
    });
    const raw = Buffer.concat([Buffer.from(`${scene.upstream}/`), Buffer.from([0x66, 0xff, 0xfe])]);
    writeFileSync(raw, 'not UTF-8');
    scene.commit({ '.gitignore': 'ignored', '.gitattributes': '*.crlf text eol=crlf', 'dos.crlf': 'a\nb\n' });
    await scene.update();
    expect(Object.keys(scene.volume.actual())).toContain('f\xff\xfe');
  });

  test('brings what a filter makes of a file, if git has its program', async () => {
    scene.commit({ plain: 'one', '.gitattributes': 'shouted filter=shout\n' });
    await scene.update();
    git(scene.volume.repository, 'config', 'filter.shout.smudge', 'tr a-z A-Z');
    scene.commit({ shouted: 'two' });
    await scene.update();
    expect(scene.volume.actual()).toMatchObject({ plain: 'file "one"', shouted: 'file "TWO"' });
  });

  test('removes what is gone, swaps what changed, touches nothing else', async () => {
    scene.commit({
      same: 'same',
      'a/b/c/gone': 'x',
      'a/kept': 'x',
      changed: 'old',
      mode: 'x',
      link: { link: 'same' },
    });
    await scene.update();
    plant(scene.volume.files, { 'a/b/own': 'mine', 'own/thing': 'mine' });
    const own = { 'a/b': 'directory', 'a/b/own': 'file "mine"', own: 'directory', 'own/thing': 'file "mine"' };
    const before = inodes();
    scene.commit({
      'a/b/c/gone': null,
      changed: 'new',
      mode: { program: 'x' },
      link: { link: 'changed' },
      'd/new': 'x',
    });
    await scene.update({ own });
    const after = inodes();
    expect(after.same).toEqual(before.same);
    expect(after['a/kept']).toEqual(before['a/kept']);
    expect(after.changed?.ino).not.toBe(before.changed?.ino);
  });

  test('swaps files of which there are more than a command line can name', async () => {
    const names = Array.from({ length: 700 }, (_, i) => `dir/${i}${'-'.repeat(200)}`);
    const commit = (text: string) => scene.commit(Object.fromEntries(names.map((name) => [name, text])));
    commit('1');
    await scene.update();
    commit('2');
    await scene.update({ stack: 256 });
  });

  test('handles files, directories and symlinks that take each other’s place', async () => {
    scene.commit({ 'x/y/z': '1', y: '2', 'l/m': '3', n: { link: 'y' }, 'deep/er/est': '4', p: '5' });
    await scene.update();
    scene.commit({
      x: '1',
      y: null,
      'y/file': '2',
      l: { link: 'y' },
      n: null,
      'n/o': '3',
      'deep/er': '4',
      p: { link: 'x' },
    });
    await scene.update();
    scene.commit({ x: null, 'x/y/z': '1', y: { link: 'x' }, l: null, 'l/m': '3', n: '4', deep: '5', p: null });
    await scene.update();
  });

  test('goes to an empty tree and back', async () => {
    scene.commit({});
    await scene.update();
    scene.commit({ 'a/b': '1', c: '2' });
    await scene.update();
    scene.commit({ a: null, c: null });
    await scene.update();
    expect(scene.volume.actual()).toEqual({});
    scene.commit({ 'a/b': '1' });
    await scene.update();
  });

  test.each(['it\'s (a) $(touch ../hit) `x` "dir"', '-leading', 'a b/ c', '*', 'é\nè'])(
    'brings only %j',
    async (subdir) => {
      scene.commit({ [`${subdir}/page`]: '1', [`${subdir}/in/ner`]: '2', 'other/page': '3', top: '4' });
      await scene.update({ subdir });
      scene.commit({ [`${subdir}/in/ner`]: null, [`${subdir}/more`]: '5', top: null });
      await scene.update({ subdir });
      expect(scene.volume.actual()).toEqual({ page: 'file "1"', more: 'file "5"' });
    },
  );

  test.each(['missing', 'page/none', 'file'])('fails for a sub-directory that is not there: %s', async (subdir) => {
    scene.commit({ 'page/a': '1', file: 'x' });
    await scene.update({ subdir: 'page' });
    const { status, errors } = await scene.volume.checkout({ subdir });
    expect(status).toBe(1);
    expect(errors).toBe(`checkout of ${scene.volume.hash}: the repository has no directory '${subdir}'\n`);
    expect(scene.volume.actual()).toEqual({ a: 'file "1"' });
  });

  test('leaves out symbolic links that lead out of the tree, however they get there', async () => {
    const staying = {
      up: { link: '..' }, // from sub: the tree itself
      file: { link: '../page' },
      missing: { link: 'no/such/file' },
      circle: { link: 'circle' },
    };
    const leaving = {
      passwd: { link: '/etc/passwd' },
      above: { link: '../../x' },
      through: { link: 'up/../x' },
      again: { link: '../../stage/page' },
      chain: { link: 'above/y' },
    };
    const inSub = (links: Record<string, { link: string }>) =>
      Object.fromEntries(Object.entries(links).map(([name, link]) => [`sub/${name}`, link]));
    scene.commit({ page: '1', ...inSub(staying) });
    await scene.update();
    scene.commit(inSub(leaving));
    scene.volume.fetch();
    expect(await scene.volume.checkout()).toEqual({ status: 0, errors: '' });
    const names = (links: object) => Object.keys(links).map((name) => `sub/${name}`);
    expect(Object.keys(scene.volume.actual()).sort()).toEqual(['page', 'sub', ...names(staying)].sort());
    await scene.update({ links: 'all' });
    expect(Object.keys(scene.volume.actual())).toEqual(expect.arrayContaining(names(leaving)));
    scene.volume.fetch();
    expect(await scene.volume.checkout({ subdir: 'sub' })).toEqual({ status: 0, errors: '' });
    expect(Object.keys(scene.volume.actual()).sort()).toEqual(['circle', 'missing']);
  });

  test('refuses a commit with a symbolic link that leads into itself without end', async () => {
    scene.commit({ page: '1' });
    await scene.update();
    scene.commit({ page: '2', x: { link: 'x/y' } });
    scene.volume.fetch();
    const { status, errors } = await scene.volume.checkout();
    expect([status, errors]).toEqual([1, expect.stringContaining('a symbolic link leads into itself')]);
    expect(scene.volume.actual()).toEqual({ page: 'file "1"' });
    expect(await scene.volume.checkout({ links: 'all' })).toEqual({ status: 0, errors: '' });
    expect(scene.volume.actual()).toMatchObject({ page: 'file "2"' });
  });

  test('does not take a directory for subdir that a symbolic link leads to outside', async () => {
    scene.commit({ page: '1', out: { link: '/etc' }, in: { link: 'dir' }, 'dir/file': '2' });
    scene.volume.fetch();
    expect((await scene.volume.checkout({ subdir: 'out' })).errors).toContain("no directory 'out'");
    expect(await scene.volume.checkout({ subdir: 'in' })).toEqual({ status: 0, errors: '' });
    expect(scene.volume.actual()).toEqual({ file: 'file "2"' });
  });

  test('calls the app after a change, when the files are there, until it takes the call', async () => {
    const calls: string[] = [];
    let status = 500;
    const server = createServer((request, response) => {
      calls.push(`${request.method} ${request.url} ${scene.volume.actual().page}`);
      response.writeHead(status).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const call = `PUT http://127.0.0.1:${(server.address() as AddressInfo).port}/reload`;
    try {
      scene.commit({ page: '1' });
      await scene.update({ call });
      await scene.update({ call });
      expect(calls).toEqual([]);
      scene.commit({ page: '2' });
      scene.volume.fetch();
      expect((await scene.volume.checkout({ call })).errors).toContain('the app does not take the call');
      status = 204;
      await scene.update({ call });
      await scene.update({ call });
      expect(calls).toEqual(Array(2).fill('PUT /reload file "2"'));
    } finally {
      server.close();
    }
  });

  test('follows branches, tags, hashes and forced pushes', async () => {
    const first = scene.commit({ a: '1', b: '1' });
    await scene.update();
    git(scene.upstream, 'tag', '-a', '-m', 'a tag', 'v1');
    git(scene.upstream, 'checkout', '-q', '-b', 'other');
    scene.commit({ a: '2', c: '2', b: null });
    await scene.update({ ref: 'other' });
    await scene.update({ ref: 'v1' });
    git(scene.upstream, 'commit', '-q', '--amend', '-m', 'rewritten');
    await scene.update({ ref: 'other' });
    scene.volume.collectGarbage();
    git(scene.upstream, 'reset', '-q', '--hard', first);
    scene.commit({ d: '3' });
    await scene.update({ ref: 'other' });
    scene.volume.collectGarbage();
    await scene.update({ ref: first });
  });

  test('the repository wins where the app is in the way, and no symlink of the app is followed', async () => {
    scene.commit({ first: '1' });
    await scene.update();
    plant(scene.volume.files, { 'page/own': 'x', dir: 'x', out: { link: '../state' }, to: { link: '../state' } });
    scene.commit({ page: '1', 'dir/page': '2', 'out/page': '3', to: '4' });
    await scene.update();
    expect(Object.keys(listTree(scene.volume.state))).not.toContain('page');
  });

  test('the app’s changes to our files last until the next run', async () => {
    scene.commit({ edited: '1', deleted: '2', 'dir/file': '3', kept: '4' });
    await scene.update();
    plant(scene.volume.files, { edited: 'one', deleted: null, dir: null });
    await scene.update();
  });

  test('files can be read by anyone, and anyone can put files of his own at the top', async () => {
    scene.commit({ 'dir/file': '1', run: { program: '2' } });
    const before = process.umask(0o077);
    await scene.update().finally(() => process.umask(before));
    const modeOf = (path: string) => (statSync(join(scene.volume.files, path)).mode & 0o7777).toString(8);
    expect(['', 'dir', 'dir/file', 'run'].map(modeOf)).toEqual(['777', '755', '644', '755']);
  });

  test('a commit that was superseded leaves everything as it is', async () => {
    const old = scene.commit({ a: '1' });
    await scene.update();
    scene.commit({ a: '2' });
    scene.volume.fetch();
    const { status, errors } = await scene.volume.checkout({}, old);
    expect(status).toBe(1);
    expect(errors).toBe(`checkout of ${old}: a newer commit has taken its place\n`);
    expect(scene.volume.actual()).toEqual({ a: 'file "1"' });
  });

  test('says that it is ready only when it is', async () => {
    const ready = () => readFileSync(join(scene.volume.state, 'ready'), 'utf8');
    const first = scene.commit({ 'sub/a': '1' });
    scene.volume.fetch();
    await scene.volume.checkout({ subdir: 'none' });
    expect(ready).toThrow('ENOENT');
    await scene.update({ subdir: 'sub' });
    expect(ready()).toBe(`${first}\n`);
  });

  test('writes nothing into git-sync’s repository', async () => {
    scene.commit({ a: '1', 'b/c': '2' });
    scene.volume.fetch();
    const before = listTree(scene.volume.repository);
    await scene.volume.checkout();
    expect(listTree(scene.volume.repository)).toEqual(before);
  });

  test('is small enough for an annotation', () => {
    expect(hookText.length).toBeLessThan(5120);
  });

  function inodes(): Record<string, { ino: number; mtimeMs: number }> {
    const paths = Object.keys(scene.volume.actual());
    return Object.fromEntries(
      paths.map((path) => {
        const { ino, mtimeMs } = statSync(join(scene.volume.files, path));
        return [path, { ino, mtimeMs }];
      }),
    );
  }
});
