import { hash } from 'node:crypto';
import { readSync } from 'node:fs';

/** Bytes at the beginning of a file, and right before a position, that the fingerprint covers. */
const [headLength, tailLength] = [16 * 1024, 1024];

/**
 * What a file holds before a position: a hash of its first bytes and of the last ones before that position. It tells a
 * file that has grown from one that was written anew, at the cost of two short reads, however long the file is.
 * `undefined` where the file is shorter.
 */
export function fingerprint(fd: number, position: number): string | undefined {
  const head = bytesAt(fd, 0, Math.min(position, headLength));
  const tail = bytesAt(fd, Math.max(0, position - tailLength), Math.min(position, tailLength));
  return head && tail && hashOf(head, tail);
}

/** The fingerprint of a file whose first bytes, up to the position, are these. */
export function fingerprintOf(start: Buffer): string {
  return hashOf(start.subarray(0, headLength), start.subarray(Math.max(0, start.length - tailLength)));
}

function hashOf(head: Buffer, tail: Buffer): string {
  return hash('sha256', Buffer.concat([head, tail])).slice(0, 16);
}

function bytesAt(fd: number, position: number, length: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(length);
  return readSync(fd, bytes, 0, length, position) === length ? bytes : undefined;
}
