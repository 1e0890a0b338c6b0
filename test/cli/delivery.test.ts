// Where `sidecar inject` and `sidecar uninject` put the result, and what they read by HTTP: the program itself, on real
// files.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plainPod, run as runCommand } from './run.ts';

const program = join(import.meta.dirname, '../../src/main/sidecar.ts');
const folder = mkdtempSync(join(tmpdir(), 'sidecar-delivery-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The server of the URLs is in this process, so nothing here may wait for the program without letting it answer. */
async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}
const path = (...names: string[]) => join(folder, ...names);
const read = (...names: string[]) => readFileSync(path(...names), 'utf8');
const secret = 'kind: Secret\napiVersion: v1\n';
const refusedPod = plainPod.replace('"true"', '"yes"');

beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(path(name), { recursive: true });
  mkdirSync(path('k/more'), { recursive: true });
  writeFileSync(path('k/pod.yaml'), plainPod);
  writeFileSync(path('k/more/secret.yaml'), secret);
});

describe('--exit-code', () => {
  it('is 1 with differences, 0 without, and 2 for everything else', async () => {
    writeFileSync(path('refused.yaml'), refusedPod);
    const diff = (file: string) => runCommand(['inject', '-f', file, '-o', 'diff', '--exit-code'], { files });
    const injected = runCommand(['inject', '-f', 'pod.yaml'], { files: { 'pod.yaml': plainPod } }).stdout;
    const files = { 'pod.yaml': plainPod, 'refused.yaml': refusedPod, 'injected.yaml': injected };
    expect(diff('pod.yaml')).toMatchObject({ code: 1, stdout: expect.stringContaining('+++ pod.yaml\n') });
    expect(diff('injected.yaml')).toMatchObject({ code: 0, stdout: '' });
    expect(diff('refused.yaml')).toMatchObject({ code: 2, stdout: '' });
    expect(diff('none.yaml')).toMatchObject({ code: 2, stdout: '' });
    expect(runCommand(['inject', '-f', 'pod.yaml', '-o', 'diff'], { files }).code).toBe(0);
    const back = ['uninject', '-f', 'injected.yaml', '-o', 'diff', '--exit-code'];
    expect(runCommand(back, { files }).code).toBe(1);
  });
});

describe('--in-place', () => {
  it('changes the files that get sidecars, keeps their mode, and follows links', async () => {
    chmodSync(path('k/pod.yaml'), 0o640);
    symlinkSync('k/pod.yaml', path('link.yaml'));
    const { mtimeMs } = statSync(path('k/more/secret.yaml'));
    const { code, stdout, stderr } = await run('inject', '-f', 'link.yaml', '-f', 'k/more', '-i');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe('read k/more/secret.yaml\npod/web: topz injected\nwrote link.yaml\n');
    expect(lstatSync(path('link.yaml')).isSymbolicLink()).toBe(true);
    expect(statSync(path('k/pod.yaml')).mode & 0o777).toBe(0o640);
    expect(read('k/pod.yaml')).toMatch(/name: web # the app[\s\S]*\n {4}- name: sidecar-topz\n/);
    expect(statSync(path('k/more/secret.yaml')).mtimeMs).toBe(mtimeMs);
    expect(readdirSync(path('k'))).toEqual(['more', 'pod.yaml']);
    expect((await run('inject', '-f', 'k', '-i')).stderr).toContain('no file changes\n');
    expect(await run('uninject', '-f', 'k', '-i', '-q')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(read('k/pod.yaml')).toBe(plainPod);
  });

  it.each([
    ['least', (bytes: Buffer) => bytes],
    ['most', (bytes: Buffer) => Buffer.from(bytes).swap16()],
  ])('keeps UTF-16 with a mark, its %s significant byte first', async (_, order) => {
    const before = order(Buffer.from(`\uFEFF${plainPod}`, 'utf16le'));
    writeFileSync(path('k/pod.yaml'), before);
    expect((await run('inject', '-f', 'k/pod.yaml', '-i')).code).toBe(0);
    const text = order(readFileSync(path('k/pod.yaml'))).toString('utf16le');
    expect(text).toMatch(/^\uFEFF[\s\S]*name: web # the app[\s\S]*\n {4}- name: sidecar-topz\n/);
    expect((await run('uninject', '-f', 'k/pod.yaml', '-i')).code).toBe(0);
    expect(readFileSync(path('k/pod.yaml')).equals(before)).toBe(true);
  });

  it('changes nothing where one file is refused', async () => {
    writeFileSync(path('k/refused.yaml'), refusedPod);
    expect(await run('inject', '-f', 'k', '-i')).toMatchObject({ code: 1, stdout: '' });
    expect(read('k/pod.yaml')).toBe(plainPod);
  });
});

describe('--output-dir', () => {
  it('writes each file by its name in the folder that was named', async () => {
    writeFileSync(path('alone.yaml'), plainPod);
    const args = ['inject', '-q', '-f', 'k//', '-f', 'alone.yaml', '--output-dir', 'out/here'];
    expect(await run(...args)).toEqual({ code: 0, stdout: '', stderr: '' });
    const names = readdirSync(path('out/here'), { recursive: true, encoding: 'utf8' }).sort();
    expect(names).toEqual(['alone.yaml', 'more', 'more/secret.yaml', 'pod.yaml']);
    expect(read('out/here/more/secret.yaml')).toBe(secret);
    expect(read('out/here/pod.yaml')).toContain('name: sidecar-topz\n');
    expect(read('k/pod.yaml')).toBe(plainPod);
  });

  it('replaces a file only with --overwrite', async () => {
    mkdirSync(path('out/more'), { recursive: true });
    writeFileSync(path('out/more/secret.yaml'), 'mine');
    const args = ['inject', '-q', '-f', 'k', '--output-dir', 'out'];
    expect(await run(...args)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: out/more/secret.yaml: the file exists; --overwrite replaces it. No file was changed.\n',
    });
    expect(readdirSync(path('out'))).toEqual(['more']);
    expect(await run(...args, '--overwrite')).toMatchObject({ code: 0 });
    rmSync(path('out/pod.yaml'));
    mkdirSync(path('out/pod.yaml'));
    writeFileSync(path('k/more/secret.yaml'), 'kind: Other');
    expect(await run(...args, '--overwrite')).toMatchObject({
      ...{ code: 2, stderr: 'error: out/pod.yaml: not a regular file. No file was changed.\n' },
    });
    expect([read('out/more/secret.yaml'), readdirSync(path('out'))]).toEqual([secret, ['more', 'pod.yaml']]);
  });
});

it('names the files that were written before one that could not be', async () => {
  // The last one makes a folder of the name that the second one is to have.
  for (const name of ['b', 'c/b.yaml']) mkdirSync(path(name), { recursive: true });
  for (const name of ['a.yaml', 'b/b.yaml', 'c/b.yaml/c.yaml']) writeFileSync(path(name), plainPod);
  const { code, stderr } = await run('inject', '-f', 'a.yaml', '-f', 'b', '-f', 'c', '--output-dir', 'out');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: out\/b\.yaml: .*\. Written before that: out\/a\.yaml\.\n$/);
  expect(readdirSync(path('out')).sort()).toEqual(['a.yaml', 'b.yaml']);
  expect(readdirSync(path('out/b.yaml'))).toEqual([]);
});

describe('wrong use', () => {
  it.each([
    [['-i', '-o', 'json'], '--in-place writes the files as they are, so it cannot be used with -o json.'],
    [['-i', '--output-dir', 'x'], 'Use --in-place or --output-dir, not both.'],
    [['--overwrite'], '--overwrite belongs to --output-dir.'],
    [['--exit-code'], '--exit-code belongs to -o diff.'],
    [['-i', '-f', '-'], '--in-place cannot be used with standard input (-): name a file or a folder.'],
    [
      ['-i', '-f', 'http://u:p@example.com/a.yaml?t=s'],
      '--in-place cannot change http://example.com/a.yaml: name a file.',
    ],
    [['--output-dir', 'd/out'], '--output-dir d/out is in d, and would be read the next time.'],
    [['--output-dir', 'out', '-f', 'e/a.yaml'], 'd/a.yaml and e/a.yaml would both be a.yaml'],
    [['--context', 'prod'], '--context belongs to --cluster.'],
    [['--cluster', '--native', 'true'], '--native cannot be used with --cluster: the cluster has its own.'],
    [['--cluster'], 'The cluster of kubectl does not answer.'],
  ])('%j', (args, message) => {
    const files = { 'd/a.yaml': plainPod, 'e/a.yaml': plainPod };
    const { code, stdout, stderr } = runCommand(['inject', '-f', 'd', ...args], { files });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('a URL', () => {
  let server: Server;
  let origin = '';
  const asked: (string | undefined)[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.headers.authorization);
      if (request.url?.startsWith('/moved')) response.writeHead(302, { location: '/web.yaml' }).end();
      else if (request.url?.startsWith('/endless')) {
        const more = () => {
          while (response.write(Buffer.alloc(1 << 20, '#')));
        };
        response.on('drain', more).on('error', () => {});
        more();
      } else response.writeHead(request.url?.startsWith('/web.yaml') ? 200 : 404).end(plainPod);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://user:top%20secret@127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const shown = (path: string) => origin.replace('user:top%20secret@', '') + path;

  it('is read by every command, with its user and password, which no output has', async () => {
    const { code, stdout, stderr } = await run('inject', '-f', `${origin}/moved?token=hidden`, '-o', 'diff');
    expect([code, stderr]).toEqual([0, 'pod/web: topz injected\n']);
    expect(stdout).toContain(`--- ${shown('/moved')}\n`);
    const basic = `Basic ${Buffer.from('user:top secret').toString('base64')}`;
    expect(asked.slice(-2)).toEqual([basic, basic]);
    expect(await run('check', '-f', `${origin}/web.yaml`)).toMatchObject({ code: 0, stdout: '' });
    expect((await run('inject', '-q', '-f', `${origin}/web.yaml`, '--output-dir', 'out')).code).toBe(0);
    expect(readdirSync(path('out'))).toEqual(['web.yaml']);
  });

  it('that is none is named without its password', async () => {
    const { code, stderr } = await run('inject', '-f', 'https://user:hid/den@example.com/a.yaml?token=hidden');
    expect([code, stderr]).toEqual([2, expect.stringContaining('error: https://example.com/a.yaml: not a URL\n')]);
    expect(stderr).not.toMatch(/hid|den/);
  });

  it.each([
    ['/none?token=hidden', ': the server answers 404 Not Found'],
    ['/endless', ': the file has more than 67108864 bytes'],
  ])('%s cannot be read', async (url, reason) => {
    const { code, stdout, stderr } = await run('inject', '-f', origin + url);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`error: ${shown(url).replace(/\?.*/, '')}${reason}\n`);
    expect(stderr).not.toMatch(/hidden|secret/);
  });
});
