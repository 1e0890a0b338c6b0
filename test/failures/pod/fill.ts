import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Fills the file system of a folder to the last byte with one file; removing that file makes room again. Gives its
 * path.
 */
export function fillDisk(folder: string): string {
  const path = join(folder, '.full');
  const file = openSync(path, 'w');
  try {
    for (let size = 65_536; size >= 1; ) {
      try {
        writeSync(file, Buffer.alloc(size));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(file);
  }
  return path;
}
