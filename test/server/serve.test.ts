import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Flag } from '../../src/flags/read-flags.ts';
import { serverFlags } from '../../src/server/server-flags.ts';
import { authority, leaf } from './running-server.ts';

const program = resolve(import.meta.dirname, '../../src/main/serve.ts');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'serve-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let child: ChildProcess | undefined;
afterEach(() => void child?.kill('SIGKILL'));

/** Starts the program; `output` grows, `ended` gives the exit code. */
function run(args: readonly string[], env: Record<string, string> = {}) {
  const started = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
  });
  child = started;
  const texts = { out: '', error: '' };
  started.stdout.on('data', (chunk) => {
    texts.out += chunk;
  });
  started.stderr.on('data', (chunk) => {
    texts.error += chunk;
  });
  const ended = new Promise<number | null>((done) => started.on('close', (code) => done(code)));
  const says = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((done, fail) => {
      const look = () => {
        const match = pattern.exec(texts.out);
        if (match) done(match);
      };
      started.stdout.on('data', look);
      started.on('close', () => fail(new Error(`${texts.out}${texts.error}`)));
      look();
    });
  return { started, texts, ended, says };
}

const listening = /"port":(\d+)/;

/** The serial number of the certificate that a new connection is shown, and the status of /healthz. */
function ask(port: string, ca: string): Promise<{ status: number | undefined; serial: string }> {
  return new Promise((done, fail) => {
    const call = request({ port, host: 'localhost', path: '/healthz', ca, agent: false }, (response) => {
      const { serialNumber } = (response.socket as import('node:tls').TLSSocket).getPeerCertificate(); // https
      response.resume();
      done({ status: response.statusCode, serial: serialNumber });
    });
    call.on('error', fail).end();
  });
}

describe('npm start', () => {
  it('makes certificates, serves, checks itself, and ends at SIGTERM with everything logged', async () => {
    const { started, texts, ended, says } = run(['--port', '0', '--drain-delay', '200ms']);
    const port = (await says(listening))[1] ?? '';
    const ca = readFileSync(join(folder, 'certs/ca.crt'), 'utf8');
    expect((await ask(port, ca)).status).toBe(200);
    expect(await run(['--check', '--port', port]).ended).toBe(0);
    started.kill('SIGTERM');
    expect(await ended).toBe(0);
    const lines = texts.out.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
      'certificates were written',
      'new certificate in use',
      expect.stringMatching(/^answers on https:/),
      'shutting down after the drain delay',
    ]);
    expect(texts.error).toBe('');
    expect(await run(['--check', '--port', port]).ended).toBe(1);
  });

  it('ends with npm', async () => {
    // A checkout of its own, because the starter installs packages.
    const checkout = join(folder, 'npm');
    mkdirSync(join(checkout, 'node_modules/.bin'), { recursive: true });
    cpSync(resolve(import.meta.dirname, '../../tools/run.mjs'), join(checkout, 'tools/run.mjs'));
    symlinkSync(process.execPath, join(checkout, 'node_modules/.bin/node'));
    for (const name of ['package-lock.json', 'node_modules/.package-lock.json'])
      writeFileSync(join(checkout, name), '{"packages":{}}');
    writeFileSync(
      join(checkout, 'package.json'),
      JSON.stringify({ scripts: { start: `node tools/run.mjs ${program} --port 0` } }),
    );
    const npm = spawn('npm', ['start'], { cwd: checkout, stdio: ['ignore', 'pipe', 'ignore'] });
    child = npm;
    let output = '';
    const ended = new Promise((done) => npm.stdout.on('close', done)); // the server holds it open
    await new Promise<void>((done) => {
      npm.stdout.on('data', (chunk) => {
        output += chunk;
        if (listening.test(output)) done();
      });
    });
    npm.kill('SIGTERM');
    await ended;
    expect(output).toContain('shutting down');
  });

  it('takes the files it is given, new ones too, and keeps the old ones when the new ones are broken', async () => {
    const files = [join(folder, 'a.crt'), join(folder, 'a.key')] as const;
    const write = ({ cert, key }: { cert: string; key: string }) => {
      writeFileSync(files[0], cert);
      writeFileSync(files[1], key);
    };
    write(await leaf());
    const { says } = run(['--port=0'], { SIDECAR_TLS_CERT: files[0], SIDECAR_TLS_KEY: files[1] });
    const port = (await says(listening))[1] ?? '';
    const first = (await ask(port, authority.cert)).serial;
    writeFileSync(files[0], 'broken');
    await says(/not a PEM certificate/);
    expect((await ask(port, authority.cert)).serial).toBe(first);
    write(await leaf());
    await says(/(new certificate in use[\s\S]*){2}/);
    expect((await ask(port, authority.cert)).serial).not.toBe(first);
  });

  it('ends at once at a second signal', async () => {
    const { started, says, ended } = run(['--port', '0', '--drain-delay', '1m']);
    await says(listening);
    started.kill('SIGTERM');
    await says(/shutting down/);
    await new Promise((done) => setTimeout(done, 400));
    started.kill('SIGTERM');
    expect(await ended).toBe(1);
  });

  it('reports all problems together', async () => {
    const args = ['--prot', '3', '--port', '70000', '--native=maybe', 'x', '--tls-key', 'k', '--image'];
    const { texts, ended } = run(args, { SIDECAR_DRAIN_DELAY: '5', SIDECAR_LOG_LEVEL: 'loud' });
    expect(await ended).toBe(2);
    expect(texts.out).toBe('');
    expect(texts.error.trim().split('\n')).toEqual([
      'Unexpected argument "x".',
      'Unknown flag --prot. Did you mean --port?',
      '--image requires a value: --image TEXT.',
      'Invalid value "70000" for --port. Write a port from 0 to 65535 (0 picks a free one).',
      'Invalid value "loud" for SIDECAR_LOG_LEVEL. Write debug, info, warn or error.',
      'Invalid value "maybe" for --native. Write auto, true or false.',
      'Invalid value "5" for SIDECAR_DRAIN_DELAY. Write a duration such as 500ms, 5s or 1m.',
      'Set both --tls-cert and --tls-key, or neither for a self-signed certificate.',
    ]);
  });

  it.each([
    [['--tls-cert', 'none.crt', '--tls-key', 'none.key'], 2, /none\.crt.*Check --tls-cert/],
    [['--certs-ca-life', '876001h'], 2, /^Invalid value "876001h" for --certs-ca-life\. .* from 10s to 876000h/],
    [['--certs-names', ','], 2, /^Invalid value "," for --certs-names\./],
    [['--certs-folder', '/dev/null/x'], 2, /Cannot create a certificate in \/dev\/null\/x.*--certs-folder/],
    [
      ['--catalog', 'no-such-folder'],
      2,
      /no-such-folder.* Pass a folder of templates with --catalog\. \[bad-template\]/,
    ],
  ] as const)('explains %j', async (args, code, message) => {
    const { texts, ended } = run([...args, '--port', '0']);
    expect(await ended).toBe(code);
    expect(texts.error).toMatch(message);
    expect(texts.error.trim().split('\n')).toHaveLength(1);
  });

  it('says in one message that a port is taken', async () => {
    const other = createServer().listen(0);
    await new Promise((done) => other.on('listening', done));
    const { port } = other.address() as import('node:net').AddressInfo; // listens on TCP
    const { texts, ended } = run(['--port', String(port)]);
    expect(await ended).toBe(1);
    expect(texts.error).toBe(`Another program listens on port ${port}. Choose another port with --port.\n`);
    other.close();
  });

  it('has help that names every setting, and a version', async () => {
    const help = run(['--help']);
    expect(await help.ended).toBe(0);
    for (const { name, env, help: text } of serverFlags as readonly Flag[]) {
      expect(help.texts.out).toContain(`--${name}`);
      expect(help.texts.out).toContain(env ?? '');
      expect(help.texts.out).toContain(text);
    }
    const version = run(['--version']);
    expect(await version.ended).toBe(0);
    expect(version.texts.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
