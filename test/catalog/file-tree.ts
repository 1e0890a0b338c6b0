import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** What to put at a path: a file's text, a program's, a symlink, or nothing (`null`: whatever is there is removed). */
export type Entry = string | { program: string } | { link: string } | null;

/** Puts entries below a directory; what is in their way is removed. */
export function plant(directory: string, entries: Record<string, Entry>): void {
  for (const [path, entry] of Object.entries(entries)) {
    const place = join(directory, path);
    for (const above of ancestors(directory, place)) {
      if (lstatSync(above, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(above);
    }
    rmSync(place, { recursive: true, force: true });
    if (entry === null) continue;
    mkdirSync(dirname(place), { recursive: true });
    if (typeof entry === 'string') writeFileSync(place, entry);
    else if ('link' in entry) symlinkSync(entry.link, place);
    else writeFileSync(place, entry.program, { mode: 0o755 });
  }
}

/** Everything below a directory, by path (as latin1: names need not be valid UTF-8); `.git` only where not left out. */
export function listTree(directory: string, options: { withoutGit?: boolean } = {}): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (place: Buffer, prefix: string) => {
    for (const name of readdirSync(place, { encoding: 'buffer' })) {
      if (options.withoutGit && name.toString() === '.git') continue;
      const path = prefix + name.toString('latin1');
      const inner = Buffer.concat([place, Buffer.from('/'), name]);
      const stat = lstatSync(inner);
      if (stat.isSymbolicLink()) found[path] = `link to ${readlinkSync(inner)}`;
      else if (stat.isDirectory()) {
        found[path] = 'directory';
        walk(inner, `${path}/`);
      } else found[path] = `${stat.mode & 0o111 ? 'program' : 'file'} ${digest(readFileSync(inner))}`;
    }
  };
  walk(Buffer.from(directory), '');
  return found;
}

/** The directories between the two, from the top down. */
function ancestors(directory: string, place: string): string[] {
  const above = dirname(place);
  return above === directory ? [] : [...ancestors(directory, above), above];
}

function digest(content: Buffer): string {
  return content.length <= 40
    ? JSON.stringify(content.toString('latin1'))
    : createHash('sha1').update(content).digest('hex');
}
