import { closeSync, constants, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';

/**
 * A proc file system, read only. Processes end while they are read and belong to other users: a file that is gone
 * or that we may not read is `undefined`, never an exception.
 */
export type ProcFolder = {
  /** The process ids listed now, in the kernel's order. */
  pids(): number[];
  /** The file's beginning, at most `limit` bytes (default and maximum 64 KiB). */
  text(path: string, limit?: number): string | undefined;
  bytes(path: string, limit?: number): Buffer | undefined;
  link(path: string): string | undefined;
  /** How many entries a folder has. */
  count(path: string): number | undefined;
  /** The size that stat(2) gives. */
  size(path: string): number | undefined;
  /** Text that is the same as long as the path is the same regular file with the same content. */
  identity(path: string): string | undefined;
};

const limitMax = 64 * 1024;

/**
 * Opens a proc folder by its path (`/proc`, or a made-up one in tests). Reads are synchronous: procfs never waits for
 * a disk, and a thread pool's round trip costs more than the read itself. One buffer serves every read.
 */
export function openProc(root: string): ProcFolder {
  const buffer = Buffer.allocUnsafe(limitMax);

  function fill(path: string, limit: number): number | undefined {
    return attempt(() => {
      // A container may have put a named pipe there, whose opening would wait for a writer for ever.
      const file = openSync(`${root}/${path}`, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        let length = 0;
        // procfs hands out at most a page at a time, so only a read of nothing is the end.
        for (;;) {
          const got = length < limit ? readSync(file, buffer, length, limit - length, null) : 0;
          if (got === 0) return length;
          length += got;
        }
      } finally {
        closeSync(file);
      }
    });
  }

  return {
    pids: () => (attempt(() => readdirSync(root)) ?? []).filter((name) => /^[1-9]\d{0,9}$/.test(name)).map(Number),
    text(path, limit = limitMax) {
      const length = fill(path, limit);
      return length === undefined ? undefined : buffer.toString('utf8', 0, length);
    },
    bytes(path, limit = limitMax) {
      const length = fill(path, limit);
      return length === undefined ? undefined : Buffer.from(buffer.subarray(0, length));
    },
    link: (path) => attempt(() => readlinkSync(`${root}/${path}`)),
    count: (path) => attempt(() => readdirSync(`${root}/${path}`).length),
    size: (path) => attempt(() => statSync(`${root}/${path}`).size),
    identity(path) {
      const found = attempt(() => statSync(`${root}/${path}`));
      return found?.isFile() ? `${found.dev} ${found.ino} ${found.size} ${found.mtimeMs}` : undefined;
    },
  };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
