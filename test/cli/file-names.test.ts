// Names that are not UTF-8, or that would not stay on a line, of real files.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { processConsole } from '../../src/cli/process-console.ts';
import { plainPod, run } from './run.ts';

const program = join(import.meta.dirname, '../../src/main/sidecar.ts');
const folder = mkdtempSync(join(tmpdir(), 'sidecar-names-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** As bytes, one character each: the path on disk, and how messages show it. */
const names = [
  ['k/caf\xe9.yaml', 'k/caf\\udce9.yaml'],
  ['k/dir\xff/web.yaml', 'k/dir\\udcff/web.yaml'],
  ['k/two\nlines: x.yaml', 'k/two\\u000alines: x.yaml'],
  ['k/web.yaml', 'k/web.yaml'],
] as const;
const shown = names.map(([, text]) => text);

const at = (path: string) => Buffer.from(join(folder, path), 'latin1');
const contents = (inside: string) => names.map(([path]) => readFileSync(at(path.replace('k', inside)), 'utf8'));
const inFolder = (command: string, args: readonly string[], input = '') =>
  spawnSync(command, args, { cwd: folder, encoding: 'utf8', input });
const { files } = processConsole();

/** Runs a command on the real files; the folder is left out of what it prints. */
function sidecar(...args: readonly string[]) {
  const { code, stdout, stderr } = run(
    args.map((arg) => arg.replace(/^(?=k$|out$)/, `${folder}/`)),
    { realFiles: files },
  );
  return { code, stdout: stdout.replaceAll(`${folder}/`, ''), stderr: stderr.replaceAll(`${folder}/`, '') };
}

beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  mkdirSync(at('k/dir\xff'), { recursive: true });
  for (const [path] of names) writeFileSync(at(path), plainPod);
});

it('all files of a folder are read, and each is named on one line', () => {
  const { code, stdout, stderr } = sidecar('inject', '-f', 'k', '-o', 'patch');
  expect(stderr.split('\n')[0]).toBe(`read ${shown.join(', ')}`);
  const comments = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('['));
  expect(comments).toEqual(shown.map((name) => `# ${name}, document 1, pod/web`));
  expect(code).toBe(0);
});

it('they are written in place and to a folder, under the same names', () => {
  expect(sidecar('inject', '-f', 'k', '--output-dir', 'out').stderr).toContain(
    `wrote ${shown.join(', ').replaceAll('k/', 'out/')}\n`,
  );
  expect(contents('out')).toEqual(names.map(() => expect.stringContaining('- name: sidecar-topz\n')));
  expect(contents('k')).toEqual(names.map(() => plainPod));
  expect(sidecar('inject', '-f', 'k', '-i').stderr).toContain(`wrote ${shown.join(', ')}\n`);
  expect(contents('k')).toEqual(contents('out'));
});

it('git applies the diff', () => {
  const { stdout } = sidecar('inject', '-f', 'k', '-o', 'diff');
  expect(inFolder('git', ['apply', '-p0'], stdout)).toMatchObject({ status: 0, stderr: '' });
  expect(contents('k')).toEqual(names.map(() => expect.stringContaining('- name: sidecar-topz\n')));
});

it('check names each in its findings, and as a URI of the bytes for code hosts', () => {
  for (const [path] of names) writeFileSync(at(path), plainPod.replace('topz:', 'topzz:'));
  const { stdout } = sidecar('check', '-f', 'k');
  expect([...stdout.matchAll(/^(.*):6:\d+: /gm)].map(([, file]) => file)).toEqual(shown);
  const uris = [...sidecar('check', '-f', 'k', '-o', 'sarif').stdout.matchAll(/"uri": ".*\/(k\/.*)"/g)].map(
    ([, uri]) => uri,
  );
  expect(uris).toEqual(['k/caf%E9.yaml', 'k/dir%FF/web.yaml', 'k/two%0Alines%3A%20x.yaml', 'k/web.yaml']);
});

it('check prints them as UTF-8 for programs and for GitHub too', () => {
  for (const [path] of names) writeFileSync(at(path), plainPod.replace('topz:', 'topzz:'));
  const check = (output: string) => inFolder(process.execPath, [program, 'check', '-f', 'k', '-o', output]).stdout;
  const files = ['k/caf\\udce9.yaml', 'k/dir\\udcff/web.yaml', 'k/two\nlines: x.yaml', 'k/web.yaml'];
  expect(parse(check('yaml')).map(({ file }: { file: string }) => file)).toEqual(files);
  const ofGithub = [...check('github').matchAll(/^::error file=(.*?),line=6,/gm)].map(([, file]) => file);
  expect(ofGithub).toEqual(files.map((file) => file.replace('\n', '%0A').replace(':', '%3A')));
});

it('a catalog has templates in such files, and their problems name them', () => {
  const template = run(['template', 'new', 'greeter']).stdout;
  writeFileSync(at('k/caf\xe9.yaml'), template);
  for (const [path] of names.slice(1)) rmSync(at(path));
  const args = [program, 'catalog', 'show', 'greeter', '--catalog', 'k'];
  expect(inFolder(process.execPath, args)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^greeter: /) });
  writeFileSync(at('k/caf\xe9.yaml'), template.replace('type: port', 'type: prot'));
  for (const command of [
    ['catalog', 'list'],
    ['audit'],
    ['inject', '-f', '-'],
    ['policy', 'compile', '-f', 'p.yaml'],
  ]) {
    writeFileSync(at('p.yaml'), 'kind: Pod');
    const { status, stderr } = inFolder(process.execPath, [program, ...command, '--catalog', 'k'], plainPod);
    expect([command[0], status === 0, stderr]).toEqual([
      ...[command[0], false],
      expect.stringMatching(/^k\/caf\\udce9\.yaml:\d+:\d+.*must be one of/),
    ]);
  }
});

it('a message says what to do with such a name as an argument, which Node does not pass on', () => {
  const { status, stderr } = inFolder('sh', ['-c', `'${process.execPath}' '${program}' inject -f k/caf*`]);
  expect(stderr).toContain(
    'error: k/caf\uFFFD.yaml: no such file or directory; a name that is not UTF-8 cannot be an argument: name its folder, or pipe the file to -f -\n',
  );
  expect(status).toBe(2);
});

it('nothing hidden is read of a folder: what git keeps, and the link by which Emacs locks a file', () => {
  mkdirSync(at('k/.git'));
  writeFileSync(at('k/.git/web.yaml'), 'not: [yaml');
  symlinkSync('me@host.1234', at('k/.#web.yaml'));
  const { code, stderr } = sidecar('inject', '-f', 'k', '-o', 'patch');
  expect(stderr.split('\n')[0]).toBe(`read ${shown.join(', ')}`);
  expect(code).toBe(0);
});
