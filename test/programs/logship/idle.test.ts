// Files without news are not read, and folders without news are not listed. Whatever happens to one of them is noticed
// at the next look.
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readPattern } from '../../../src/programs/logship/find.ts';
import { createFollowing, type Following } from '../../../src/programs/logship/follow.ts';
import { createHarvest, type Harvest } from '../../../src/programs/logship/harvest.ts';
import { dated, everyLine } from '../../../src/programs/logship/lines.ts';

let root: string;
let following: Following;
let harvest: Harvest;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sidecar-injector-idle-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(root, { recursive: true, force: true });
});

const file = (name = 'app.log') => join(root, name);

function follow(begins = everyLine): void {
  const patterns = ['/log/*.log', '/log/deep/**/*.log'].map((text) => readPattern(text, '/log'));
  following = createFollowing({ root, folder: '/log', patterns, begins }, [], () => {});
  harvest = createHarvest(following, { origin: '', keeps: () => true, isTimed: false, isJson: false });
}

/** The lines that a look finds, after so many milliseconds. */
function linesAfter(milliseconds: number, everywhere = false): readonly string[] {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
  const now = Date.now();
  following.look(now, everywhere);
  const batch = harvest.gather(now);
  batch.taken();
  return batch.entries.map(({ text }) => text);
}

const idle = () => following.all().map((each) => each.idle);

/** After this, all files are idle, and a change has another time than the last one. */
async function settle(): Promise<void> {
  expect(linesAfter(60_000)).toEqual([]);
  expect(linesAfter(60_000)).toEqual([]);
  await sleep(30);
}

it('a file is idle ten seconds after its last line, and until the next one', () => {
  writeFileSync(file(), 'one\n');
  writeFileSync(file('other.log'), 'other\n');
  follow();
  expect(linesAfter(0).toSorted()).toEqual(['one', 'other']);
  linesAfter(5000);
  linesAfter(1000);
  expect(idle()).toEqual([false, false]);
  linesAfter(9000);
  expect(idle()).toEqual([true, true]);
  appendFileSync(file(), 'two\n');
  expect(linesAfter(0)).toEqual(['two']);
  expect(idle().toSorted()).toEqual([false, true]);
});

it('a file is not idle while its last lines may go on', async () => {
  writeFileSync(file(), '2027-01-01 one\n');
  follow(dated);
  expect(linesAfter(0)).toEqual([]);
  expect(linesAfter(500)).toEqual([]);
  following.look(Date.now() + 60_000, false);
  expect(idle()).toEqual([false]);
  expect(linesAfter(60_000)).toEqual(['2027-01-01 one']);
  await settle();
  expect(idle()).toEqual([true]);
});

it('at the end, no file is taken for idle', async () => {
  writeFileSync(file(), 'one\n');
  follow();
  linesAfter(0);
  await settle();
  linesAfter(0, true);
  expect(idle()).toEqual([false]);
});

it('what happens to idle files is noticed: lines of the same length, another file, a folder, the target of a link', async () => {
  mkdirSync(file('deep'));
  mkdirSync(file('hidden'));
  writeFileSync(file(), 'one\n');
  await sleep(30);
  follow();
  expect(linesAfter(0)).toEqual(['one']);
  await settle();
  writeFileSync(file(), 'two\n');
  expect([...linesAfter(0), ...linesAfter(0)]).toEqual(['two']);
  await settle();
  appendFileSync(file(), 'last of the old one\n');
  renameSync(file(), file('app.log.1'));
  writeFileSync(file(), 'first of the new one\n');
  expect(linesAfter(0).toSorted()).toEqual(['first of the new one', 'last of the old one']);
  await settle();
  mkdirSync(file('deep/er'));
  expect(linesAfter(0)).toEqual([]);
  await settle();
  writeFileSync(file('deep/er/app.log'), 'deep\n');
  expect(linesAfter(0)).toEqual(['deep']);
  symlinkSync('hidden/now', file('link.log'));
  await settle();
  writeFileSync(file('hidden/now'), 'behind the link\n');
  expect(linesAfter(0)).toEqual(['behind the link']);
  await settle();
  rmSync(file('hidden/now'));
  writeFileSync(file('hidden/now'), 'another one there\n');
  expect(linesAfter(0)).toEqual(['another one there']);
});

it('of thousands of files, each is looked at in turn', () => {
  for (let n = 0; n < 2501; n++) writeFileSync(file(`${n}.log`), '');
  follow();
  linesAfter(0);
  linesAfter(60_000);
  for (let look = 0; look < 2; look++) linesAfter(0);
  expect(idle()).not.toContain(false);
  appendFileSync(file('77.log'), 'awake\n');
  expect([0, 1].flatMap(() => linesAfter(0))).toEqual(['awake']);
});
