// The command line as its users install it: from the packed file into an empty folder, on the Nodes of `engines`.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainPod } from '../cli/run.ts';
import { dryRun, root } from './artefacts.ts';
import { newestNode, nodes, oldestNode } from './nodes.ts';

const { name, version, bin, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
let folder = '';
let empty = '';
let programs: ReturnType<typeof nodes>;
beforeAll(() => {
  programs = nodes();
  folder = dryRun('npm').folder;
  empty = join(folder, 'empty');
  mkdirSync(empty);
  const packed = join(folder, `${name}-npm-${version}.tgz`);
  execFileSync('npm', ['install', '--offline', '--silent', '--prefix', empty, packed], { cwd: empty });
  writeFileSync(join(empty, 'pod.yaml'), plainPod);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const installed = () => join(empty, 'node_modules', name);

describe('the npm package', () => {
  it('holds nothing but the program and the catalog, and needs no other package', () => {
    const all = readdirSync(installed(), { recursive: true, encoding: 'utf8' });
    expect(all.filter((file) => !/^dist\/(catalog\/\w+\.json|sidecar-\w+\.js)$/.test(file)).sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist',
      'dist/catalog',
      'dist/sidecar.js',
      'package.json',
    ]);
    expect(readdirSync(join(empty, 'node_modules')).filter((file) => !file.startsWith('.'))).toEqual([name]);
    const packed = JSON.parse(readFileSync(join(installed(), 'package.json'), 'utf8'));
    expect(packed).toMatchObject({ name, version, bin, engines, type: 'module' });
    expect(packed).not.toHaveProperty('scripts');
  });

  it('names the oldest Node that is tested', () => {
    expect(`${engines.node}.0`).toBe(`>=${oldestNode}`);
  });
});

describe.each([oldestNode, newestNode])('with Node %s', (node) => {
  const run = (program: string, ...args: readonly string[]) =>
    spawnSync(join(empty, 'node_modules/.bin', program), args, {
      encoding: 'utf8',
      cwd: empty,
      env: { PATH: `${dirname(programs.get(node) ?? '')}:/usr/bin:/bin` },
    });
  const shows = (...args: readonly string[]) => run('sidecar', ...args);

  it.each(Object.keys(bin))('%s starts by its own name', (program) => {
    expect(run(program, 'version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('describes each command', () => {
    const { stdout } = shows('--help');
    const commands = [...stdout.matchAll(/^ {2}(\w+) {2,}\w/gm)].map(([, command = '']) => command);
    expect(commands).toEqual(expect.arrayContaining(['inject', 'uninject', 'catalog', 'version']));
    for (const command of commands.filter((each) => each !== 'version')) {
      const help = shows(command, '--help');
      expect(help).toMatchObject({ status: 0, stderr: '' });
      expect(help.stdout).toContain(`sidecar ${command}`);
    }
  });

  it('lists and shows sidecars, injects and removes them', () => {
    expect(shows('catalog', 'list').stdout).toMatch(/^topz /m);
    expect(shows('catalog', 'show', 'git').stdout).toContain('sidecar.io/git-repo');
    expect(shows('explain', 'port-taken')).toMatchObject({ status: 0, stderr: '' });
    for (const format of ['yaml', 'json', 'patch', 'diff']) {
      const { status, stdout, stderr } = shows('inject', '-f', 'pod.yaml', '-o', format);
      expect([status, stderr]).toEqual([0, 'pod/web: topz injected\n']);
      expect(stdout).toContain('sidecar-topz');
    }
    writeFileSync(join(empty, 'injected.yaml'), shows('inject', '-f', 'pod.yaml').stdout);
    writeFileSync(join(empty, 'in-place.yaml'), plainPod);
    expect(shows('inject', '-f', 'in-place.yaml', '-i', '-q')).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const same = ['injected.yaml', 'in-place.yaml'].map((file) => readFileSync(join(empty, file), 'utf8'));
    expect(same[0]).toBe(same[1]);
    const { status, stdout } = shows('uninject', '-f', 'injected.yaml');
    expect([status, stdout.includes('sidecar-topz')]).toEqual([0, false]);
  });
});
