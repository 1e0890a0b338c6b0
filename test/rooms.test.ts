import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rooms } from '../tools/rooms.ts';

const source = resolve(import.meta.dirname, '../src');

const effects =
  /\b(Date\.now|new Date\(|Math\.random|process\.|console\.|setTimeout|setInterval|performance\.|async |await )/;

/** The built-in sidecars, but for a name that is a URL scheme too. */
const sidecars = readdirSync(join(source, 'catalog'))
  .map((name) => name.replace(/\.ya?ml$/, ''))
  .filter((name) => name !== 'https');

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

const roomOf = (file: string) => file.split('/')[0] ?? '';

/** The module specifiers of a file's imports and re-exports. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'/gms)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
}

/** What a file imports: each specifier, with the room that it leads to when it is a path. */
function importedBy(file: string): { specifier: string; room?: string }[] {
  return importsOf(readFileSync(join(source, file), 'utf8')).map((specifier) =>
    specifier.startsWith('.')
      ? { specifier, room: roomOf(relative(source, resolve(dirname(join(source, file)), specifier))) }
      : { specifier },
  );
}

/** Whether an allowance such as `yaml`, `node:fs` or `node:` (all of Node's modules) covers a specifier. */
const covers = (allowance: string, specifier: string) =>
  specifier === allowance || specifier.startsWith(allowance.endsWith(':') ? allowance : `${allowance}/`);

describe('rooms', () => {
  it('are the folders of src, each declared once', () => {
    const folders = readdirSync(source, { withFileTypes: true }).map(({ name }) => name);
    expect(rooms.map(({ name }) => name).sort()).toEqual(folders.sort());
  });

  it.each(rooms.map(({ name }, i) => [name, i] as const))('%s may import only rooms above it', (_, i) => {
    const above = rooms.slice(0, i).map(({ name }) => name);
    for (const room of rooms[i]?.rooms ?? []) expect(above).toContain(room);
  });

  it.each(files)('%s imports only what its room may', (file) => {
    const own = rooms.find(({ name }) => name === roomOf(file));
    if (!own) throw new Error(`src/${file} is in no declared room`);
    for (const { specifier, room } of importedBy(file)) {
      if (room !== undefined) expect([own.name, ...own.rooms], `src/${file} imports ${specifier}`).toContain(room);
      else {
        const known = own.packages.some((allowance) => covers(allowance, specifier));
        expect(known, `src/${file} imports ${specifier}`).toBe(true);
      }
    }
  });

  it.each(rooms.map((room) => [room.name, room] as const))('%s uses every allowance that it has', (name, room) => {
    const imported = files.filter((file) => roomOf(file) === name).flatMap(importedBy);
    const unusedRooms = room.rooms.filter((other) => !imported.some((one) => one.room === other));
    const unusedPackages = room.packages.filter(
      (allowance) => !imported.some((one) => one.room === undefined && covers(allowance, one.specifier)),
    );
    expect([...unusedRooms, ...unusedPackages]).toEqual([]);
  });

  const pure = new Set(rooms.filter((room) => room.pure).map(({ name }) => name));
  it.each(files.filter((file) => pure.has(roomOf(file))))('%s has no effects', (file) => {
    const code = readFileSync(join(source, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(effects.exec(code)?.[0]).toBeUndefined();
  });

  it.each(files.filter((file) => !['programs', 'main', 'catalog'].includes(roomOf(file))))(
    '%s names no sidecar',
    (file) => {
      const code = readFileSync(join(source, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      expect(sidecars.filter((sidecar) => new RegExp(`['"\`]${sidecar}['"\`]`).test(code))).toEqual([]);
    },
  );
});
