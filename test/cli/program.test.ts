import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { plainPod } from './run.ts';

const program = join(import.meta.dirname, '../../src/main/sidecar.ts');
const folder = mkdtempSync(join(tmpdir(), 'sidecar-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', input: plainPod, cwd: folder });

describe('the program itself', () => {
  it('reads standard input, files and folders, and says with its exit code how it went', () => {
    mkdirSync(join(folder, 'some'));
    writeFileSync(join(folder, 'some', 'pod.yaml'), plainPod);
    symlinkSync('.', join(folder, 'some', 'round'));
    expect(run('inject', '-f', '-')).toMatchObject({ status: 0, stderr: 'pod/web: topz injected\n' });
    expect(run('inject', '-f', 'some')).toMatchObject({
      status: 0,
      stderr: 'read some/pod.yaml\npod/web: topz injected\n',
    });
    expect(run('inject', '-f', 'none.yaml')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: "error: none.yaml: no such file or directory\nSee 'sidecar inject --help' for usage.\n",
    });
    writeFileSync(join(folder, 'bad.yaml'), plainPod.replace('"true"', 'true'));
    expect(run('inject', '-f', 'bad.yaml')).toMatchObject({ status: 1, stdout: '' });
  });

  it.each([
    ['inject', ['-f', 'loop.yaml'], 'loop.yaml: too many symbolic links'],
    ['inject', ['-f', 'n'.repeat(300)], ': name too long'],
    ['inject', ['-f', 'some/pod.yaml/x.yaml'], 'some/pod.yaml/x.yaml: not a directory'],
    ['inject', ['-f', 'some/pod.yaml', '--namespace-file', 'none.yaml'], 'none.yaml: no such file'],
    ['inject', ['-f', 'some/pod.yaml', '--catalog', 'none'], '--catalog none: no such file or directory'],
    ['catalog', ['list', '--catalog', 'some/pod.yaml'], '--catalog some/pod.yaml: not a directory'],
  ])('%s %j is wrong usage, explained in one line', (command, args, message) => {
    symlinkSync('loop.yaml', join(folder, 'loop.yaml'));
    const { status, stdout, stderr } = run(command, ...args);
    rmSync(join(folder, 'loop.yaml'));
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(2);
  });

  it.each([
    ['inject', '-f', '-'],
    ['catalog', 'list'],
    ['inject', '--help'],
  ])('%s %s fails when its output cannot be written', (...args) => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [program, ...args], {
      encoding: 'utf8',
      input: plainPod,
      stdio: ['pipe', full, 'pipe'],
    });
    closeSync(full);
    expect(status).toBe(2);
    expect(stderr).toContain('error: Cannot write to standard output: no space left on device.\n');
  });

  it('has the same exit code when nothing can be written to standard error either', () => {
    const full = openSync('/dev/full', 'w');
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', full] }).status;
    const codes = [run('inject', '-f', 'nowhere.yaml'), run('version')];
    closeSync(full);
    expect(codes).toEqual([2, 0]);
  });

  it('says that there is no kubectl', () => {
    const { status, stderr } = spawnSync(process.execPath, [program, 'explain', 'pod/web'], {
      ...{ encoding: 'utf8', env: { PATH: folder } },
    });
    expect([status, stderr]).toEqual([
      2,
      'error: kubectl is not on the PATH. Install it (https://kubernetes.io/docs/tasks/tools/).\n',
    ]);
  });

  it('waits for a slow standard input', async () => {
    const child = spawn(process.execPath, [program, 'inject', '-f', '-', '-o', 'patch'], { stdio: 'pipe' });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stdin.write(plainPod.slice(0, 40));
    setTimeout(() => child.stdin.end(plainPod.slice(40)), 1500);
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(0);
    expect(JSON.parse(Buffer.concat(parts).toString())).not.toHaveLength(0);
  });

  it('writes all of a large output to a pipe, and stops quietly when nobody reads on', () => {
    writeFileSync(join(folder, 'many.yaml'), Array(400).fill(plainPod).join('---\n'));
    const sh = (command: string) => spawnSync('sh', ['-c', command], { encoding: 'utf8', cwd: folder });
    const inject = `'${process.execPath}' '${program}' inject -q -f many.yaml`;
    expect(sh(`${inject} | grep -c 'name: sidecar-topz$'`).stdout).toBe('400\n');
    expect(sh(`${inject} | head -1`)).toMatchObject({ stdout: 'apiVersion: v1\n', stderr: '' });
  });
});
