// The command line as its users install it: from the packed file, without node_modules, on the Node of `engines`.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainPod } from './run.ts';

const root = resolve(import.meta.dirname, '../..');
const { version, bin, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'sidecar-packed-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  // Packed elsewhere, because a build replaces dist/.
  const checkout = join(folder, 'checkout');
  execFileSync(process.execPath, [join(root, 'tools/build.ts'), join(checkout, 'dist')]);
  for (const name of ['package.json', 'README.md', 'LICENSE']) cpSync(join(root, name), join(checkout, name));
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: checkout });
  const [packed = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', packed], { cwd: folder });
  writeFileSync(join(folder, 'pod.yaml'), plainPod);
});

/** What Node 20 lacks of what people write for Node 24. */
const missingInNode20 = `
for (const [owner, ...names] of [
  [Map, 'groupBy'], [Object, 'groupBy'], [Promise, 'withResolvers', 'try'], [URL, 'parse'], [Array, 'fromAsync'],
  [Set.prototype, 'union', 'intersection', 'difference', 'isSubsetOf', 'isSupersetOf'],
  [Object.getPrototypeOf(Object.getPrototypeOf([].values())), 'map', 'filter', 'flatMap', 'toArray', 'some', 'find', 'take'],
  [RegExp, 'escape'], [Error, 'isError'],
]) for (const name of names) delete owner[name];
`;

/** Every Node on the PATH, besides the one that runs the tests. */
const others = (process.env.PATH ?? '')
  .split(delimiter)
  .map((path) => join(path, 'node'))
  .filter((path) => !path.includes('node_modules') && existsSync(path));

describe('the packed command line', () => {
  const program = () => join(folder, 'package', bin['kubectl-sidecar']);
  const shows = (command: string, args: readonly string[], path = process.env.PATH) =>
    spawnSync(command, args, { encoding: 'utf8', cwd: folder, env: { PATH: path } });

  it('holds nothing but the program and the catalog', () => {
    const all = readdirSync(join(folder, 'package'), { recursive: true, encoding: 'utf8' });
    expect(all.filter((name) => !/^dist\/catalog\/\w+\.json$/.test(name)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist',
      'dist/catalog',
      'dist/sidecar.js',
      'package.json',
    ]);
    expect(Object.values(bin)).toEqual(Object.values(bin).map(() => 'dist/sidecar.js'));
  });

  it.each([process.execPath, ...others])('starts by its own name with %s', (node) => {
    const path = dirname(node);
    expect(shows(program(), ['version'], path)).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(shows(program(), ['inject', '--help'], path)).toMatchObject({ status: 0, stderr: '' });
    expect(shows(program(), ['catalog', 'list'], path).stdout).toMatch(/^topz /m);
    for (const format of ['yaml', 'json', 'patch', 'diff']) {
      const { status, stdout, stderr } = shows(program(), ['inject', '-f', 'pod.yaml', '-o', format], path);
      expect([status, stderr]).toEqual([0, 'pod/web: topz injected\n']);
      expect(stdout).toContain('sidecar-topz');
    }
  });

  it('needs nothing that the oldest Node lacks', () => {
    expect(engines.node).toBe('>=20.12');
    const prelude = `data:text/javascript,${encodeURIComponent(missingInNode20)}`;
    for (const format of ['yaml', 'json', 'patch', 'diff']) {
      const args = ['--import', prelude, program(), 'inject', '-f', 'pod.yaml', '-o', format];
      expect(shows(process.execPath, args)).toMatchObject({ status: 0, stderr: 'pod/web: topz injected\n' });
    }
    const { status, stdout } = shows(process.execPath, ['--import', prelude, program(), 'catalog', 'show', 'git']);
    expect([status, stdout.includes('sidecar.io/git-repo')]).toEqual([0, true]);
  });
});
