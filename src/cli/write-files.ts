import { chmodSync, chownSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Encoding, NewFile, WriteFailure } from './console.ts';
import { bytesOfPath, textOfName } from './file-path.ts';
import { reasonOf } from './system-error.ts';

interface Staged {
  readonly path: string;
  readonly temporary: string;
  readonly target: string;
}

/**
 * Writes files: first all of them beside their targets, then each is renamed to its name. So no file is ever half
 * written, and where one cannot be written none is changed; only one that cannot get its name ends it half-way, such as
 * a file that is a mount. A link is followed: the file behind it changes, and keeps its mode and its owner.
 */
export function writeFiles(files: readonly NewFile[]): WriteFailure | undefined {
  const staged: Staged[] = [];
  const written: string[] = [];
  let path = '';
  try {
    for (const file of files) {
      path = file.path;
      const reason = stage(file, staged);
      if (reason !== undefined) return { message: `${path}: ${reason}`, written };
    }
    for (const each of staged) {
      path = each.path;
      renameSync(bytesOfPath(each.temporary), bytesOfPath(each.target));
      written.push(path);
    }
    return undefined;
  } catch (error) {
    return { message: `${path}: ${reasonOf(error)}`, written };
  } finally {
    for (const { temporary } of staged) rmSync(bytesOfPath(temporary), { force: true });
  }
}

/** Writes one file beside its target. Gives the reason where it must not be written. */
function stage({ path, text, encoding, replace }: NewFile, staged: Staged[]): string | undefined {
  mkdirSync(bytesOfPath(dirname(path)), { recursive: true });
  const bytes = bytesOfPath(path);
  const old = statSync(bytes, { throwIfNoEntry: false });
  if (old && !replace) return 'the file exists; --overwrite replaces it';
  if (old && !old.isFile()) return 'not a regular file';
  const target = old ? textOfName(realpathSync.native(bytes, 'buffer')) : path;
  const temporary = join(dirname(target), `.sidecar-${process.pid}-${staged.length}`);
  staged.push({ path, temporary, target });
  const beside = bytesOfPath(temporary);
  writeFileSync(beside, encoded(text, encoding), { flag: 'wx', mode: old ? 0o600 : 0o666 });
  if (!old) return undefined;
  try {
    chownSync(beside, old.uid, old.gid);
  } catch {
    // Only root may give a file to somebody else.
  }
  chmodSync(beside, old.mode);
  return undefined;
}

function encoded(text: string, encoding: Encoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16le' ? bytes : bytes.swap16();
}
