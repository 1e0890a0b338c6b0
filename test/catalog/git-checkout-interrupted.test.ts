import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Entry, plant } from './file-tree.ts';
import { GitScene } from './git-scene.ts';
import { eventually } from './git-sync-process.ts';
import type { ReaderInput, ReaderReport } from './page-reader.ts';
import { describeWith } from './programs.ts';
import { type Random, randomNumbers } from './random-commits.ts';

/**
 * Runs killed in one test; a longer run is `KILLS=1000 npx vitest run test/catalog/git-checkout-interrupted.test.ts`.
 */
const kills = Number(process.env.KILLS ?? 25);

describeWith(['git'], 'the hook when things go wrong', () => {
  let scene: GitScene;
  beforeEach(() => {
    scene = new GitScene();
  });
  afterEach(() => scene.remove());

  const repairs = 'killed at any moment, over several commits, it leaves nothing that the next run cannot repair';
  test(repairs, { timeout: 900_000 + kills * 5000 }, async () => {
    const random = randomNumbers(Date.now());
    const own = { own: 'directory', 'own/thing': 'file "mine"' };
    scene.commit(someChanges(random));
    await scene.update();
    plant(scene.volume.files, { 'own/thing': 'mine' });
    for (let killed = 0; killed < kills; ) {
      for (let times = random(3); times >= 0; times--, killed++) {
        scene.commit(someChanges(random));
        scene.volume.fetch();
        await scene.volume.checkout({ killAfter: random(120) });
      }
      scene.commit(someChanges(random));
      if (random(2) === 0) scene.volume.collectGarbage();
      await scene.update({ own });
    }
  });

  test('no reader ever sees a changed file missing, empty or half-written', async () => {
    const size = 2_000_000;
    const pages = ['dir/page', '.well-known/page', '..odd/page'];
    const page = (letter: string): string => letter.repeat(size);
    const commit = (letter: string) =>
      scene.commit({
        ...Object.fromEntries(pages.map((path) => [path, page(letter)])),
        run: letter < 'd' ? { program: page(letter) } : page(letter),
      });
    commit('a');
    await scene.update();
    const shared = new Int32Array(new SharedArrayBuffer(8));
    const untilRead = (letter: string) =>
      eventually(
        () => String.fromCharCode(Atomics.load(shared, 1)),
        (read) => read === letter,
      );
    const files = [...pages, 'run'].map((path) => join(scene.volume.files, path));
    const reader = new Worker(new URL('./page-reader.ts', import.meta.url), {
      workerData: { files, size, shared } satisfies ReaderInput,
    });
    const report = once(reader, 'message') as Promise<[ReaderReport]>;
    await untilRead('a');
    for (const letter of 'bcdefg') {
      commit(letter);
      await scene.update();
      await untilRead(letter);
    }
    Atomics.store(shared, 0, 1);
    expect((await report)[0]).toMatchObject({ wrong: [], letters: 'abcdefg' });
  });

  test('an index that is lost, cut short or scribbled over is made anew, and right files stay untouched', async () => {
    scene.commit({ 'dir/kept': '1', changed: '2', other: '3' });
    await scene.update();
    const index = join(scene.volume.state, 'index');
    const size = readFileSync(index).length;
    const damages = [
      () => rmSync(index),
      () => rmSync(scene.volume.state, { recursive: true }),
      () => writeFileSync(index, Buffer.alloc(size, 7)),
      ...[0, 1, 20, 100, size - 30, size - 1].map((length) => () => truncateSync(index, length)),
    ];
    const inode = () => statSync(join(scene.volume.files, 'dir/kept')).ino;
    const before = inode();
    for (const [number, damage] of damages.entries()) {
      damage();
      scene.commit({ changed: `change ${number}` });
      await scene.update();
      expect(inode()).toEqual(before);
    }
  });

  test('locks and left-overs of a run that died do not matter', async () => {
    scene.commit({ a: '1' });
    await scene.update();
    for (const name of ['index', 'next', 'trash']) {
      copyFileSync(join(scene.volume.state, 'index'), join(scene.volume.state, `${name}.lock`));
    }
    writeFileSync(join(scene.volume.state, 'next'), 'half');
    plant(join(scene.volume.directory, 'stage.QtR1'), { 'new/a': 'old', 'new/b': 'never committed' });
    scene.commit({ a: '2' });
    await scene.update();
  });

  test('a checkout of git-sync that goes while it is read changes nothing', async () => {
    scene.commit({ a: '1', gone: '1' });
    await scene.update();
    const before = scene.volume.actual();
    scene.commit({ a: '2', gone: null });
    scene.volume.fetch();
    const old = scene.volume.hash;
    scene.commit({ a: '3' });
    scene.volume.fetch();
    scene.volume.collectGarbage();
    mkdirSync(join(scene.volume.repository, '.worktrees', old)); // where the process is, but empty
    expect((await scene.volume.checkout({}, old)).status).toBe(1);
    expect(scene.volume.actual()).toEqual(before);
  });

  test('what happened while it was down is made up for', async () => {
    scene.commit({ a: '1', 'b/c': '1' });
    await scene.update();
    scene.commit({ a: '2', 'b/c': null });
    scene.commit({ d: '3' });
    rmSync(scene.volume.repository, { recursive: true });
    await scene.update();
  });

  test('it works while git collects garbage beside it', async () => {
    for (let round = 0; round < 5; round++) {
      scene.commit(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i % 7}/${i}`, `${i} ${round}`])));
      scene.volume.fetch();
      const run = scene.volume.checkout();
      scene.volume.collectGarbage();
      expect(await run).toEqual({ status: 0, errors: '' });
    }
    expect(scene.volume.actual()).toEqual(scene.volume.expected());
  });
});

/** Files, programs, links and removals in a small space of names, so that they often take each other's place. */
function someChanges(random: Random): Record<string, Entry> {
  const name = () => Array.from({ length: 1 + random(3) }, () => ['a', 'b', 'c d', '-e'][random(4)]).join('/');
  const entry = (): Entry => {
    const text = String(random(1000)).repeat(random(9));
    return [text, text, { program: text }, { link: `to${text}` }, null][random(5)] ?? null;
  };
  return Object.fromEntries(Array.from({ length: 1 + random(30) }, () => [name(), entry()]));
}
