import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeeper } from '../../../src/programs/filesync/keep.ts';
import { readSource } from '../../../src/programs/filesync/source.ts';
import { openTarget } from '../../../src/programs/filesync/target.ts';
import { createScene, type Scene } from './volume.ts';

let scene: Scene;
beforeEach(() => {
  scene = createScene();
});
afterEach(() => scene.remove());

/** Brings the files in step once, as a program that has just been started. */
const sync = (mode = 0o644, tell = true) => {
  const target = openTarget(scene.target, mode);
  const changes = target.fill(readSource(scene.source).files, tell);
  return { ...changes, phase: target.phase() };
};
const contents = () =>
  Object.fromEntries(readdirSync(scene.files).map((name) => [name, readFileSync(join(scene.files, name), 'utf8')]));

describe('the files', () => {
  it('are plain ones with the source’s content and the mode that is asked for', () => {
    scene.write({ 'a.txt': 'a', '.hidden': 'h', empty: '', 'b.bin': '\u0000\u00ff' });
    sync(0o440);
    expect(contents()).toEqual({ 'a.txt': 'a', '.hidden': 'h', empty: '', 'b.bin': '\u0000\u00ff' });
    for (const name of readdirSync(scene.files)) {
      const status = lstatSync(join(scene.files, name));
      expect(status.isFile()).toBe(true);
      expect(status.mode & 0o7777).toBe(0o440);
    }
    expect(statSync(scene.files).mode & 0o777).toBe(0o777);
    expect(readdirSync(scene.target).sort()).toEqual(['files', 'state']);
  });

  it('change where the source changed, and are left untouched where not', () => {
    scene.write({ same: '1', other: '1', gone: '1' });
    expect(sync()).toEqual({ written: ['gone', 'other', 'same'], removed: [], phase: 'settled' });
    const before = statSync(join(scene.files, 'same'), { bigint: true });
    scene.write({ same: '1', other: '2', new: '1' });
    expect(sync()).toEqual({ written: ['new', 'other'], removed: ['gone'], phase: 'telling' });
    const { ino, ctimeNs } = statSync(join(scene.files, 'same'), { bigint: true });
    expect({ ino, ctimeNs }).toEqual({ ino: before.ino, ctimeNs: before.ctimeNs });
    expect(contents()).toEqual({ same: '1', other: '2', new: '1' });
  });

  it('of the app stay; what it made of ours is put right with the next change, links and folders included', () => {
    scene.write({ a: '1', b: '1', c: '1' });
    sync();
    const at = (name: string) => join(scene.files, name);
    writeFileSync(at('own.txt'), 'mine');
    writeFileSync(at('a'), 'changed by the app');
    for (const name of ['b', 'c']) rmSync(at(name));
    const precious = join(scene.target, 'precious');
    writeFileSync(precious, 'keep');
    symlinkSync(precious, at('b'));
    mkdirSync(at('c'));
    writeFileSync(join(at('c'), 'x'), 'x');
    scene.write({ a: '1', b: '1', c: '1' });
    sync();
    expect(contents()).toEqual({ a: '1', b: '1', c: '1', 'own.txt': 'mine' });
    expect(readFileSync(precious, 'utf8')).toBe('keep');
    scene.write({});
    expect(sync().removed).toEqual(['a', 'b', 'c']);
    expect(contents()).toEqual({ 'own.txt': 'mine' });
  });
});

describe('the app', () => {
  it('has to be told of changes after the first content, also by the next run, until it was', () => {
    scene.write({ a: '1' });
    expect(sync(0o644, false).phase).toBe('settled');
    expect(sync().phase).toBe('settled');
    scene.write({ a: '2' });
    expect(sync().phase).toBe('telling');
    expect(sync()).toEqual({ written: [], removed: [], phase: 'telling' });
    expect(uptime() * 1000 - openTarget(scene.target, 0o644).changed()).toBeLessThan(5000);
    openTarget(scene.target, 0o644).settle();
    expect(sync().phase).toBe('settled');
    scene.write({ a: '3' });
    expect(sync(0o644, false).phase, 'before it starts').toBe('settled');
  });

  it('is not told before a first content that took two runs', () => {
    scene.write({ a: '1', b: '1' });
    mkdirSync(scene.files);
    writeFileSync(join(scene.target, 'state'), '{"phase":"filling","files":["a","dropped"]}');
    writeFileSync(join(scene.files, 'dropped'), 'by a change between the two');
    expect(sync()).toEqual({ written: ['a', 'b'], removed: ['dropped'], phase: 'settled' });
    expect(contents()).toEqual({ a: '1', b: '1' });
  });
});

describe('what fails', () => {
  it('is logged once, tried again, and leaves the files as they are', async () => {
    const said: string[] = [];
    const keeper = createKeeper(scene.source, openTarget(scene.target, 0o644), [], (level, message, fields) => {
      said.push(`${level} ${message} ${JSON.stringify(fields)}`);
    });
    await keeper.turn(0);
    await keeper.turn(1);
    expect(said).toEqual([expect.stringMatching(/^warn the files could not be brought in step .*ENOENT.*\.\.data/)]);
    scene.write({ a: '1' });
    await keeper.turn(2);
    expect(contents()).toEqual({ a: '1' });
    rmSync(join(scene.source, '..edition-1'), { recursive: true });
    scene.write({ a: '2' });
    rmSync(join(scene.source, '..edition-2'), { recursive: true });
    await keeper.turn(3);
    await keeper.turn(4);
    expect(said).toHaveLength(3);
    expect(contents()).toEqual({ a: '1' });
    scene.write({ a: '3' });
    await keeper.turn(5);
    expect(contents()).toEqual({ a: '3' });
    expect(said.at(-1)).toBe('info files changed {"written":["a"],"removed":[]}');
  });

  it.each(['', '{"phase":"settl'])('is nothing that a crash of the node has made of the state: %o', (text) => {
    scene.write({ a: '1' });
    sync();
    writeFileSync(join(scene.target, 'state'), text);
    scene.write({ a: '2' });
    expect(sync()).toEqual({ written: ['a'], removed: [], phase: 'telling' });
    openTarget(scene.target, 0o644).settle();
    scene.write({ b: '1' });
    expect(sync().removed).toEqual(['a']);
  });

  it('in the middle of a change is finished by the next run', () => {
    scene.write({ a: '1', b: '1' });
    sync();
    writeFileSync(join(scene.target, 'stage'), 'left by a run that was killed', { mode: 0o400 });
    writeFileSync(join(scene.target, 'state'), '{"phase":"telling","files":["a","b","c"]}');
    writeFileSync(join(scene.files, 'c'), '1');
    scene.write({ a: '2', b: '1' });
    expect(sync()).toEqual({ written: ['a'], removed: ['c'], phase: 'telling' });
    expect(existsSync(join(scene.target, 'stage'))).toBe(false);
  });
});
