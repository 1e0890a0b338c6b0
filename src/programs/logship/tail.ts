import { hash } from 'node:crypto';
import { closeSync, fstatSync, readSync } from 'node:fs';
import type { OpenFile } from './find.ts';
import { type Begins, createLines, type Piece } from './lines.ts';

/** How far a file has got, as it is remembered over a restart. */
export interface Mark {
  readonly identity: string;
  /** Where the receiver has everything up to. */
  readonly position: number;
  /** Another one when the file was emptied and begins anew. */
  readonly edition: string;
  /** A hash of its first bytes: another file may get the same inode later. */
  readonly head: string;
  readonly headLength: number;
}

export interface EditionPiece extends Piece {
  readonly edition: string;
}

/** A file that is followed, whatever it is called by now. */
export interface Tail {
  readonly identity: string;
  readonly file: string;
  /** The next pieces; none at the end of the file. */
  read(now: number): EditionPiece[];
  /** Has everything been read that is in the file? */
  atEnd(): boolean;
  /** What is left at the end, also a line without an end. */
  finish(): EditionPiece[];
  /** The receiver has everything up to here, of that edition. */
  taken(end: number, edition: string): void;
  mark(): Mark;
  close(): void;
}

const chunk = Buffer.allocUnsafe(128 * 1024);
const headLength = 256;

/** Follows an open file from where the mark says, if that is of the same file, else from its beginning. */
export function followFile({ fd, identity }: OpenFile, file: string, begins: Begins, mark: Mark | undefined): Tail {
  let edition = Date.now().toString(36);
  let position = 0;
  if (mark && fstatSync(fd).size >= mark.position && headOf(fd, mark.headLength) === mark.head) {
    ({ edition, position } = mark);
  }
  let taken = position;
  let lines = createLines(begins);
  let head = { length: 0, hash: headOf(fd, 0) };

  const stamped = (pieces: readonly Piece[]) => pieces.map((piece) => ({ ...piece, edition }));

  /** The app has emptied the file, as rotation by copying does. What was read of the old edition stays read. */
  function restart(): EditionPiece[] {
    const left = stamped(lines.finish());
    edition = `${Date.now().toString(36)}.${Number.parseInt(edition.split('.')[1] ?? '0', 10) + 1}`;
    [position, taken] = [0, 0];
    lines = createLines(begins);
    head = { length: 0, hash: headOf(fd, 0) };
    return left;
  }

  return {
    identity,
    file,
    read(now) {
      if (fstatSync(fd).size < position) {
        const left = restart();
        if (left.length > 0) return left;
      }
      const length = readSync(fd, chunk, 0, chunk.length, position);
      if (length === 0) return stamped(lines.settle(now));
      const pieces = stamped(lines.add(Buffer.from(chunk.subarray(0, length)), position, now));
      position += length;
      return pieces;
    },
    atEnd: () => fstatSync(fd).size === position,
    finish: () => stamped(lines.finish()),
    taken(end, of) {
      if (of === edition) taken = Math.max(taken, end);
    },
    mark() {
      const length = Math.min(taken, headLength);
      if (length !== head.length) head = { length, hash: headOf(fd, length) };
      return { identity, position: taken, edition, head: head.hash, headLength: length };
    },
    close: () => closeSync(fd),
  };
}

function headOf(fd: number, length: number): string {
  const head = Buffer.alloc(length);
  return hash('sha256', head.subarray(0, readSync(fd, head, 0, length, 0))).slice(0, 16);
}
