import { closeSync, fstatSync, readSync } from 'node:fs';
import { fingerprint, fingerprintOf } from './fingerprint.ts';
import { type Begins, createLines, type Piece } from './lines.ts';
import type { OpenFile } from './open-file.ts';
import { isSettled } from './settled.ts';

/** How far a file has got, as it is remembered over a restart. */
export interface Mark {
  readonly identity: string;
  /**
   * When the file was created, in nanoseconds since 1970: another file may get the same inode later. Empty: unknown.
   */
  readonly born: string;
  /** The file, as the app calls it. */
  readonly file: string;
  /** The receiver has everything before this byte. */
  readonly position: number;
  /** Another one when the file is written anew. */
  readonly edition: string;
  /** The fingerprint before that position. */
  readonly print: string;
  /** The file was let go: it had another name, or none, and had been read to its end. */
  readonly done?: true;
}

/** A file that is followed, whatever it is called by now. */
export interface Tail {
  readonly identity: string;
  readonly file: string;
  /** The edition that is read now. */
  edition(): string;
  /** The next pieces; none at the end of the file. */
  read(now: number): Piece[];
  /** Is there nothing to read, and has there been nothing for a while? */
  isIdle(): boolean;
  /** Has everything been read that is in the file? */
  atEnd(): boolean;
  /** Does the receiver have everything that was read? */
  isTaken(): boolean;
  /** What is left at the end, also a line without an end. */
  finish(): Piece[];
  /** The receiver has everything up to here, of that edition. */
  taken(end: number, edition: string): void;
  mark(): Mark;
  close(): void;
}

const chunk = Buffer.allocUnsafe(128 * 1024);

/** Bytes of a hole that one read skips. */
const longestSkip = 64 * 1024 * 1024;

/** Milliseconds after its last change in which a file is not idle. */
const lively = 10_000;

/** Whether a mark is about this very file: the same inode, not used for another file since, and not written anew. */
export function isAbout({ identity, born, position, print }: Mark, file: OpenFile): boolean {
  if (identity !== file.identity) return false;
  if (born !== '' && file.born !== '' && born !== file.born) return false;
  return fingerprint(file.fd, position) === print;
}

/** Follows an open file from where the mark says, if that is about this file, else from its beginning. */
export function followFile(opened: OpenFile, name: string, begins: Begins, mark: Mark | undefined): Tail {
  const { fd, identity, born } = opened;
  const known = mark && isAbout(mark, opened) ? mark : undefined;
  const file = known?.file ?? name;
  let edition = known?.edition ?? Date.now().toString(36);
  let position = known?.position ?? 0;
  let print = known?.print ?? fingerprintOf(Buffer.alloc(0)); // before `position`
  let taken = { position, print };
  let lines = createLines(begins, edition);
  /** The time of the last change after which the file was found to be the same. */
  let checked = -1n;
  /** The bytes at the beginning that are zero. */
  let hole = 0;

  /** The app has written the file anew, or emptied it. What was read of the old edition stays read. */
  function restart(): Piece[] {
    const left = lines.finish();
    edition = `${Date.now().toString(36)}.${Number.parseInt(edition.split('.')[1] ?? '0', 10) + 1}`;
    [position, print] = [0, fingerprintOf(Buffer.alloc(0))];
    taken = { position, print };
    lines = createLines(begins, edition);
    [checked, hole] = [-1n, 0];
    return left;
  }

  /**
   * Reads on; nothing where the file was written anew since. Whoever sees the old beginning afterwards has read the old
   * rest.
   */
  function readOn(): Buffer | undefined {
    const { ctimeNs } = fstatSync(fd, { bigint: true });
    const settled = isSettled(ctimeNs);
    const length = readSync(fd, chunk, 0, chunk.length, position);
    const bytes = chunk.subarray(0, length);
    if (length === 0 && ctimeNs === checked) return bytes;
    const next = position === 0 ? fingerprintOf(bytes) : fingerprint(fd, position + length);
    if (next === undefined || (position > 0 && fingerprint(fd, position) !== print)) return undefined;
    checked = settled ? ctimeNs : -1n;
    position += length;
    print = next;
    return bytes;
  }

  return {
    identity,
    file,
    edition: () => edition,
    read(now) {
      const most = hole + longestSkip;
      for (;;) {
        const start = position;
        const bytes = readOn();
        if (!bytes) return restart();
        if (bytes.length === 0) return lines.settle(now);
        // A file that is emptied under a program that does not append to it gets a hole, which reads as zeros.
        const empty = start === hole ? zerosOf(bytes) : 0;
        hole += empty;
        if (empty < bytes.length) return lines.add(bytes.subarray(empty), start + empty, now);
        if (hole >= most) return [];
      }
    },
    isIdle() {
      if (checked < 0n || !isSettled(checked, lively) || lines.isWaiting()) return false;
      const { ctimeNs, size } = fstatSync(fd, { bigint: true });
      return ctimeNs === checked && size === BigInt(position);
    },
    atEnd: () => fstatSync(fd).size === position,
    isTaken: () => taken.position === position || hole === position,
    finish: () => lines.finish(),
    taken(end, of) {
      if (of !== edition || end <= taken.position) return;
      if (end === position) taken = { position, print };
      else {
        const before = fingerprint(fd, end);
        // Otherwise the file was written anew, which the next read finds too.
        if (before !== undefined && fingerprint(fd, position) === print) taken = { position: end, print: before };
      }
    },
    mark: () => ({ identity, born, file, edition, ...taken }),
    close: () => closeSync(fd),
  };
}

/** How many bytes at the beginning are zero. */
function zerosOf(bytes: Buffer): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? bytes.length : first;
}
