// Random commits, the same ones for the same seed: files, programs, links, directories and submodules that change, move
// and take each other's place, and attributes that change the bytes of a checkout.
import { copyFileSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Entry, plant } from './file-tree.ts';
import { git } from './git-volume.ts';

/** Whole numbers below a bound (mulberry32). */
export type Random = (below: number) => number;

export function randomNumbers(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const names = ['a', 'b', 'c.txt', 'd e', '-f', 'g\nh', 'é', '.i'];
const attributes = [
  '* text=auto',
  '* text eol=crlf',
  '*.txt eol=crlf',
  '*.txt -text',
  'a text eol=lf',
  '* -crlf',
  '*.txt ident',
  'b working-tree-encoding=ISO-8859-1 text',
  '[attr]odd eol=crlf text',
  'c.txt odd',
  '*.txt filter=none-such',
];

const pick = <T>(random: Random, all: readonly T[]): T => {
  const one = all[random(all.length)];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
};
const somePath = (random: Random): string => Array.from({ length: 1 + random(3) }, () => pick(random, names)).join('/');

function someEntry(random: Random): Entry {
  const lines = Array.from({ length: random(6) }, () =>
    pick(random, ['one', 'two', '$Id$', '$Id: x $', 'a\rb', 'é', '']),
  );
  const text = lines.join(pick(random, ['\n', '\n', '\r\n'])) + pick(random, ['\n', '']);
  const links = ['a', 'c.txt', 'none', '../a', './b', 'd e/../a', '-f'];
  return pick(random, [text, text, text, { program: text }, { link: pick(random, links) }, null]);
}

/** Commits something to the repository; `submodule` is another one that it may have as submodules. */
export function commitSomething(random: Random, repository: string, submodule: string): void {
  const entries = Array.from({ length: 1 + random(6) }, () => [somePath(random), someEntry(random)] as const);
  plant(repository, Object.fromEntries(entries));
  if (random(3) === 0) move(random, repository);
  if (random(3) === 0) {
    const place = random(2) === 0 ? '' : `${pick(random, names)}/`;
    const lines = Array.from({ length: random(4) }, () => pick(random, attributes));
    // Macros are for the top only.
    const text = `${lines.filter((line) => place === '' || !line.startsWith('[')).join('\n')}\n`;
    plant(repository, { [`${place}.gitattributes`]: random(5) === 0 ? null : text });
  }
  if (random(3) === 0) {
    writeFileSync(join(repository, 'binary'), Buffer.from(Array.from({ length: random(300) }, () => random(256))));
  }
  if (random(6) === 0) changeSubmodule(random, repository, submodule);
  git(repository, 'add', '-A', '.');
  git(repository, 'commit', '-q', '--allow-empty', '-m', 'a change');
}

function move(random: Random, repository: string): void {
  const [from, to] = [join(repository, pick(random, names)), join(repository, 'moved', somePath(random))];
  if (!lstatSync(from, { throwIfNoEntry: false }) || existsSync(join(from, '.git'))) return;
  rmSync(join(repository, 'moved'), { recursive: true, force: true });
  mkdirSync(dirname(to), { recursive: true });
  if (lstatSync(from).isFile() && random(2) === 0) copyFileSync(from, to);
  else renameSync(from, to);
}

function changeSubmodule(random: Random, repository: string, submodule: string): void {
  const path = pick(random, ['module', 'mod ules/one', 'mod ules/two']);
  if (existsSync(join(repository, path, '.git'))) {
    if (random(3) === 0) git(repository, 'rm', '-q', '-f', path);
    else git(join(repository, path), 'pull', '-q', 'origin', 'main');
    return;
  }
  plant(submodule, {
    [somePath(random)]: someEntry(random),
    '.gitattributes': pick(random, ['', '* text eol=crlf\n']),
  });
  git(submodule, 'add', '-A', '.');
  git(submodule, 'commit', '-q', '--allow-empty', '-m', 'a change');
  git(repository, 'submodule', '-q', 'add', '--force', '--name', `${path} ${random(1_000_000)}`, submodule, path);
}
