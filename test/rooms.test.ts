import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../src');

/** Which rooms and which packages a room may import; `docs/architecture.md` says why. */
const rooms: Readonly<Record<string, { rooms: readonly string[]; packages: readonly string[] }>> = {
  api: { rooms: [], packages: ['zod'] },
  templates: { rooms: ['api'], packages: ['@marcbachmann/cel-js', 're2js', 'zod', 'node:crypto'] },
  selection: { rooms: ['api', 'templates'], packages: [] },
  merge: { rooms: ['api', 'templates', 'selection'], packages: [] },
  injector: { rooms: ['api', 'templates', 'selection', 'merge'], packages: ['node:crypto'] },
  report: { rooms: ['api'], packages: [] },
  cluster: { rooms: ['api'], packages: ['@kubernetes/client-node', 'node:'] },
  certificates: { rooms: ['api'], packages: ['node-forge', 'node:'] },
  telemetry: { rooms: ['api', 'report'], packages: ['pino', 'prom-client', 'node:'] },
  server: { rooms: ['api', 'injector', 'report'], packages: ['fastify', 'node:'] },
  cli: { rooms: ['api', 'templates', 'injector', 'report'], packages: ['yaml', 'fast-json-patch', 'diff', 'node:'] },
  topz: { rooms: [], packages: ['node:'] },
  filesync: { rooms: [], packages: ['node:'] },
  logship: { rooms: [], packages: ['node:'] },
  jsonmetrics: { rooms: [], packages: ['node:'] },
  main: {
    rooms: [
      'api',
      'templates',
      'injector',
      'report',
      'certificates',
      'cluster',
      'telemetry',
      'server',
      'cli',
      'topz',
      'filesync',
      'logship',
      'jsonmetrics',
    ],
    packages: ['yaml', 'pino', '@kubernetes/client-node', 'node:'],
  },
};

/** The rooms above the line: no files, network, clock, chance, process or console. */
const pure = ['api', 'templates', 'selection', 'merge', 'injector', 'report'];
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
    for (const room of found) expect(Object.keys(rooms).concat('catalog')).toContain(room);
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

  it.each(files.filter((name) => !['topz', 'main', 'catalog'].includes(name.split('/')[0] ?? '')))(
    '%s names no sidecar',
    (name) => {
      const code = readFileSync(join(source, name), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      expect(sidecars.filter((sidecar) => new RegExp(`['"\`]${sidecar}['"\`]`).test(code))).toEqual([]);
    },
  );
});
