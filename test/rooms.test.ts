import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../src');

/** Which rooms and which packages a room may import; `docs/architecture.md` says why. */
const rooms: Readonly<Record<string, { rooms: readonly string[]; packages: readonly string[] }>> = {
  core: { rooms: [], packages: [] },
  language: { rooms: ['core'], packages: ['@marcbachmann/cel-js', 're2js', 'zod'] },
  template: { rooms: ['core', 'language'], packages: ['re2js', 'zod', 'node:crypto'] },
  catalog: { rooms: ['core', 'language', 'template'], packages: ['yaml', 'node:fs', 'node:path', 'node:url'] },
  select: { rooms: ['core', 'language', 'template', 'catalog'], packages: [] },
  merge: { rooms: ['core', 'language', 'template', 'select'], packages: [] },
  state: { rooms: ['core', 'language', 'template', 'catalog'], packages: ['node:crypto'] },
  engine: { rooms: ['core', 'language', 'template', 'catalog', 'select', 'merge', 'state'], packages: [] },
  admission: { rooms: ['core', 'state', 'engine'], packages: [] },
  'yaml-edit': { rooms: ['core'], packages: ['yaml', 'fast-json-patch', 'node:util'] },
  certificates: { rooms: ['core'], packages: ['node-forge', 'node:'] },
  cluster: { rooms: ['core'], packages: ['@kubernetes/client-node', 'node:'] },
  telemetry: { rooms: ['core', 'admission'], packages: ['pino', 'prom-client', 'node:'] },
  server: { rooms: ['core', 'state', 'admission'], packages: ['fastify', 'node:'] },
  cli: {
    rooms: ['core', 'language', 'template', 'catalog', 'state', 'engine', 'admission', 'yaml-edit'],
    packages: ['yaml', 'fast-json-patch', 'diff', 'node:'],
  },
  programs: { rooms: [], packages: ['node:'] },
  main: {
    rooms: [
      'core',
      'language',
      'template',
      'catalog',
      'state',
      'engine',
      'admission',
      'certificates',
      'cluster',
      'telemetry',
      'server',
      'cli',
      'programs',
    ],
    packages: ['pino', '@kubernetes/client-node', 'node:'],
  },
};

/** The rooms above the line: no files, network, clock, chance, process or console. */
const pure = ['core', 'language', 'template', 'catalog', 'select', 'merge', 'state', 'engine', 'admission'];
const effects =
  /\b(Date\.now|new Date\(|Math\.random|process\.|console\.|setTimeout|setInterval|performance\.|async |await )/;

/** The built-in sidecars, but for a name that is a URL scheme too. */
const sidecars = readdirSync(join(source, 'catalog'))
  .map((name) => name.replace(/\.ya?ml$/, ''))
  .filter((name) => name !== 'https');

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

/** The module specifiers of a file's imports and re-exports. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'/gms)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
}

describe('rooms', () => {
  it('are all known', () => {
    const found = new Set(files.map((name) => name.split('/')[0]));
    for (const room of found) expect(Object.keys(rooms)).toContain(room);
  });

  it.each(files)('%s imports only what its room may', (name) => {
    const text = readFileSync(join(source, name), 'utf8');
    const room = name.split('/')[0] ?? '';
    const allowed = rooms[room];
    if (!allowed) throw new Error(`src/${name} is in no known room`);
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith('.')) {
        const other = relative(source, resolve(dirname(join(source, name)), specifier)).split('/')[0] ?? '';
        expect([room, ...allowed.rooms], `src/${name} imports ${specifier}`).toContain(other);
      } else {
        const known = allowed.packages.some(
          (prefix) => specifier === prefix || specifier.startsWith(prefix.endsWith(':') ? prefix : `${prefix}/`),
        );
        expect(known, `src/${name} imports ${specifier}`).toBe(true);
      }
    }
  });

  it.each(files.filter((name) => pure.includes(name.split('/')[0] ?? '')))('%s has no effects', (name) => {
    const code = readFileSync(join(source, name), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(effects.exec(code)?.[0]).toBeUndefined();
  });

  it.each(files.filter((name) => !['programs', 'main', 'catalog'].includes(name.split('/')[0] ?? '')))(
    '%s names no sidecar',
    (name) => {
      const code = readFileSync(join(source, name), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      expect(sidecars.filter((sidecar) => new RegExp(`['"\`]${sidecar}['"\`]`).test(code))).toEqual([]);
    },
  );
});
