import { type BigIntStats, closeSync, constants, fstatSync, openSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** A file that is open for reading. */
export interface OpenFile {
  readonly fd: number;
  /** Device and inode: what stays when it is renamed. */
  readonly identity: string;
  /** When it was created, in nanoseconds since 1970; empty where that is not known. */
  readonly born: string;
}

/**
 * Opens a plain file. Undefined for anything else, and for what a link leads to outside of `root`: the app could send
 * files of this container to the receiver otherwise, its credentials for instance.
 */
export function openWithin(root: string, path: string): OpenFile | undefined {
  const fd = openSync(join(root, path), constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(fd, { bigint: true });
    if (status.isFile() && readlinkSync(`/proc/self/fd/${fd}`).startsWith(`${root}/`)) {
      return { fd, identity: identityOf(status), born: bornOf(status) };
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return undefined;
}

export const identityOf = ({ dev, ino }: BigIntStats) => `${dev}:${ino}`;

/**
 * Node gives the time of the last change, or 0, where a file system or a kernel keeps none of creation. Source: libuv,
 * uv__fs_statx.
 */
function bornOf({ birthtimeNs, ctimeNs }: BigIntStats): string {
  return birthtimeNs === 0n || birthtimeNs === ctimeNs ? '' : String(birthtimeNs);
}
