// An app that writes numbered lines, and does to its files at random whatever apps and rotation do.
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  ftruncateSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { Dice } from '../../cli/dice.ts';

/**
 * What an operation needs first. `seen`: logship has noted the file. `open`: it has the file open, and runs until all
 * lines have arrived. `arrived`: all lines have arrived, as those that have not are destroyed.
 */
export type Need = 'nothing' | 'seen' | 'open' | 'arrived';

export interface Operation {
  readonly name: string;
  readonly need: Need;
  readonly run: () => void;
}

export interface RestlessApp {
  /** How many numbered lines it has written, and how many that are always the same. */
  written(): { readonly numbered: number; readonly same: number };
  /** Device and inode of the file that it writes to. */
  identity(): string;
  /** Writes some lines. */
  write(): void;
  /** The next operation on the file, which leaves lines in it. */
  operation(): Operation;
}

/** Editions of a file may begin with many lines like this one, so that they look alike. */
export const sameLine = 'the app starts, and says so each time that it starts\n';

export function createRestlessApp(folder: string, dice: Dice): RestlessApp {
  let [numbered, same, rotation] = [0, 0, 0];
  const current = join(folder, 'app.log');
  const named = (form: string) => join(folder, form.replace('#', String(++rotation)));

  const line = (padding: number, length = 0) => `line ${++numbered} ${'x'.repeat(padding)}\n`.padStart(length, '-');
  function lines(): string {
    const count = 1 + dice.below(dice.once(8) ? 3000 : 60);
    return Array.from({ length: count }, () => line(dice.below(150))).join('');
  }
  /** At most so many bytes. */
  function heading(most = Number.POSITIVE_INFINITY): string {
    const count = Math.min(dice.pick([0, 0, 1, 5, 40, 400]), Math.floor(most / sameLine.length));
    same += count;
    return sameLine.repeat(count);
  }
  /** Lines of exactly that many bytes in all, or a few more where these are too few for one line. */
  function exactly(length: number): string {
    let text = heading(length / 2);
    while (length - text.length > 400) text += line(dice.below(150));
    return text + line(0, length - text.length);
  }
  function write(): void {
    const text = lines();
    const at = dice.below(text.length);
    for (const part of dice.once(3) ? [text.slice(0, at), text.slice(at)] : [text]) appendFileSync(current, part);
  }
  const begin = () => writeFileSync(current, heading() + lines());
  function rename(form: string): void {
    renameSync(current, named(form));
    if (dice.once(3)) write();
    else begin();
  }
  const size = () => statSync(current).size;
  const anew = (text: string) => writeFileSync(current, text);
  /**
   * Without a moment at which the file is empty. A page at most: more of it could be read while half of it is written.
   */
  function overwrite(): void {
    const text = exactly(Math.min(size(), 4096));
    const fd = openSync(current, 'r+');
    writeSync(fd, text, 0);
    ftruncateSync(fd, text.length);
    closeSync(fd);
  }
  function toLink(): void {
    const target = named('file-#.data');
    if (lstatSync(current).isSymbolicLink()) rmSync(current);
    else renameSync(current, target);
    if (!dice.once(2)) writeFileSync(target, heading() + lines());
    else appendFileSync(target, lines());
    symlinkSync(basename(target), current);
  }

  function recreate(): void {
    rmSync(current);
    begin();
  }
  function copyAndTruncate(): void {
    copyFileSync(current, named('copy-#'));
    truncateSync(current);
    write();
  }

  const operations: readonly [Operation, ...Operation[]] = [
    { name: 'write', need: 'nothing', run: write },
    { name: 'rename to a name that matches', need: 'nothing', run: () => rename('app-#.log') },
    { name: 'rename to another name', need: 'seen', run: () => rename('app.log.#') },
    { name: 'delete', need: 'open', run: recreate },
    { name: 'delete and get the inode again', need: 'arrived', run: recreate },
    { name: 'copy and truncate', need: 'arrived', run: copyAndTruncate },
    { name: 'write anew, as long', need: 'arrived', run: () => anew(exactly(size())) },
    { name: 'write anew, longer', need: 'arrived', run: () => anew(exactly(size() + dice.pick([1, 300, 70_000]))) },
    { name: 'write anew, shorter', need: 'arrived', run: () => anew(exactly(Math.floor(size() / 2))) },
    { name: 'write anew, any length', need: 'arrived', run: begin },
    { name: 'overwrite', need: 'arrived', run: overwrite },
    { name: 'replace by a link', need: 'arrived', run: toLink },
  ];

  begin();
  return {
    written: () => ({ numbered, same }),
    identity: () => `${statSync(current).dev}:${statSync(current).ino}`,
    write,
    operation: () => dice.pick(operations),
  };
}
