// Completion in the real shells: what is typed goes to an interactive shell in a terminal of its own, and a key writes
// what the line has become. PowerShell is not among Debian's packages.
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeWith } from '../catalog/programs.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import { run } from './run.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'sidecar-completion-'));
const env = {
  ...{ PATH: `${folder}/bin:${process.env.PATH}`, HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
  KUBECONFIG: join(folder, 'kubeconfig'),
};
/** Nobody listens on port 1. */
const kubeconfig = {
  ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'staging' },
  clusters: [{ name: 'none', cluster: { server: 'https://127.0.0.1:1' } }],
  contexts: ['staging', 'production'].map((name) => ({ name, context: { cluster: 'none', user: '' } })),
};

beforeAll(async () => {
  const { kubectl } = await ensureBinaries(['kubectl']);
  // Bundled, as users have it: it starts for each Tab.
  spawnSync(process.execPath, [join(root, 'tools/build.ts'), join(folder, 'dist'), 'cli']);
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'templates'));
  writeFileSync(
    join(folder, 'bin/sidecar'),
    `#!/bin/sh\nexec '${process.execPath}' '${folder}/dist/sidecar.js' "$@"\n`,
  );
  chmodSync(join(folder, 'bin/sidecar'), 0o755);
  symlinkSync(kubectl, join(folder, 'bin/kubectl'));
  writeFileSync(env.KUBECONFIG, JSON.stringify(kubeconfig));
  writeFileSync(join(folder, 'tempting.yaml'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What is typed, with Tab at the end, and what the line is then. */
const typed: readonly (readonly [string, string])[] = [
  ['sidecar inj', 'sidecar inject '],
  ['sidecar catalog show amb', 'sidecar catalog show ambassador '],
  ['sidecar explain -s top', 'sidecar explain -s topz '],
  ['sidecar inject --namespace-', 'sidecar inject --namespace-file '],
  ['sidecar inject --output=di', 'sidecar inject --output=diff '],
  ['sidecar inject -f tempt', 'sidecar inject -f tempting.yaml '],
  ['sidecar catalog list --catalog temp', 'sidecar catalog list --catalog templates/'],
  ['sidecar explain --context sta', 'sidecar explain --context staging '],
  ['sidecar template render git --set rep', 'sidecar template render git --set repo='],
  // Words are not evaluated.
  ['sidecar inject -f $(touch harm) -o di', 'sidecar inject -f $(touch harm) -o diff '],
];
const key = '\x14';
const lines = typed.map(([, line]) => line);

/** The lines that an interactive shell has made of what was typed. */
async function linesOf(shell: string, setup: string): Promise<string[]> {
  for (const name of ['rc', '.zshrc']) writeFileSync(join(folder, name), setup);
  const child = spawn('script', ['-qec', shell, '/dev/null'], { cwd: folder, env, timeout: 600_000 });
  let screen = '';
  child.stdout.on('data', (part) => {
    screen += part;
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const file = join(folder, 'lines');
  const written = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0);
  await vi.waitFor(() => expect(screen).toContain('ready>'), { timeout: 60_000 });
  for (const [i, [text]] of typed.entries()) {
    child.stdin.write(`${text}\t${key}\x15`);
    await vi.waitFor(() => expect(written(), screen).toBe(i + 1), { timeout: 60_000 });
  }
  child.stdin.write('exit\r');
  await ended;
  const text = readFileSync(file, 'utf8');
  rmSync(file);
  expect(existsSync(join(folder, 'harm'))).toBe(false);
  return text.split('\n').slice(0, -1);
}

describeWith(['bash', 'script'], 'completion in bash', () => {
  it('completes what is typed', async () => {
    const setup = `PS1='ready>'; source <(sidecar completion bash)\nbind -x '"\\C-t": printf "%s\\n" "$READLINE_LINE" >> lines'`;
    expect(await linesOf('bash --rcfile rc -i', setup)).toEqual(lines);
  });
});

describeWith(['zsh', 'script'], 'completion in zsh', () => {
  it('completes what is typed', async () => {
    const setup = [
      "PS1='ready>'",
      'autoload -Uz compinit && compinit -u',
      'source <(sidecar completion zsh)',
      'dump() { print -r -- $BUFFER >> lines }',
      "zle -N dump && bindkey '^T' dump && bindkey '^U' kill-whole-line",
    ].join('\n');
    expect(await linesOf('ZDOTDIR=$PWD zsh -d -i', setup)).toEqual(lines);
  });
});

describeWith(['fish'], 'completion in fish', () => {
  it('completes what is typed', () => {
    const asked = typed.map(([text]) => `echo (complete -C '${text.replaceAll('$', '\\$')}')`).join('\n');
    const command = `sidecar completion fish | source\n${asked}`;
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', command], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    const suggested = stdout.trimEnd().split('\n');
    expect(
      suggested.map((line) => line.split('\t')[0]),
      stderr,
    ).toEqual(lines.map((line) => line.trimEnd().split(' ').at(-1)));
  });
});

it('a program that gives no credentials does not hold up the namespaces', () => {
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' };
  const user = { exec: { ...exec, command: 'sleep', args: ['60'] } };
  const contexts = [{ name: 'staging', context: { cluster: 'none', user: 'slow' } }];
  const slow = join(folder, 'slow');
  writeFileSync(slow, JSON.stringify({ ...kubeconfig, contexts, users: [{ name: 'slow', user }] }));
  const started = performance.now();
  const { stdout } = spawnSync('sidecar', ['__complete', 'explain', '-n', ''], {
    ...{ env: { ...env, KUBECONFIG: slow }, encoding: 'utf8' },
  });
  const took = performance.now() - started;
  expect(stdout).toBe(':4\n');
  expect(took).toBeGreaterThan(2000); // else nothing was asked
  expect(took).toBeLessThan(20_000);
});

it('kubectl sidecar is completed by kubectl', () => {
  const script = join(folder, 'bin/kubectl_complete-sidecar');
  writeFileSync(script, run(['completion', 'kubectl']).stdout, { mode: 0o755 });
  symlinkSync('sidecar', join(folder, 'bin/kubectl-sidecar'));
  const suggested = (...words: string[]) =>
    spawnSync('kubectl', ['__complete', 'sidecar', ...words], { env, encoding: 'utf8' }).stdout;
  expect(suggested('cat')).toBe('catalog\tList or search the sidecars, or show their parameters.\n:4\n');
  expect(suggested('inject', '-f', '')).toBe(':0\n');
  expect(suggested('audit', '--context', '')).toBe('production\nstaging\n:4\n');
  const other = { ...kubeconfig, contexts: [{ name: 'other', context: { cluster: 'none', user: '' } }] };
  writeFileSync(join(folder, 'other'), JSON.stringify(other));
  expect(suggested('audit', '--kubeconfig', join(folder, 'other'), '--context=')).toBe('other\n:4\n');
  expect(suggested('audit', '-n', ''), 'the cluster cannot be reached').toBe(':4\n');
});

describe('what is suggested', () => {
  const suggested = (...words: string[]): string[] =>
    run(['__complete', ...words])
      .stdout.split('\n')
      .map((line) => line.replace(/\t.*/, ''))
      .slice(0, -1);

  it.each([
    [
      ['catalog', ''],
      ['list', 'show', 'search', ':4'],
    ],
    [
      ['policy', 'com'],
      ['compile', ':4'],
    ],
    [['policy', 'compile', ''], [':4']],
    [
      ['completion', 'p'],
      ['powershell', ':4'],
    ],
    [
      ['explain', 'port-t'],
      ['port-taken', ':4'],
    ],
    [
      ['explain', '--sidecar', 'to'],
      ['topz', ':4'],
    ],
    [
      ['inject', '-qo', ''],
      ['yaml', 'json', 'patch', 'diff', ':4'],
    ],
    [['inject', '-qf', ''], [':0']],
    [['inject', '-oq', ''], [':4']],
    [['inject', '--quiet', 'x'], [':4']],
    [
      ['inject', '--output=y'],
      ['yaml', ':4'],
    ],
    [['inject', '--unknown=y'], [':4']],
    [['inject', '--catalog', ''], [':16']],
    [['inject', '--native', 'true', '--nat'], [':4']],
    [
      ['inject', '-f', 'a', '--filen'],
      ['--filename', ':4'],
    ],
    [['inject', '--', '--filen'], [':4']],
    [
      ['help', 'unin'],
      ['uninject', ':4'],
    ],
    [
      ['template', ''],
      ['new', 'check', 'render', ':4'],
    ],
    [['template', 'check', ''], [':0']],
    [['template', 'render', '-f', ''], [':0']],
    [
      ['template', 'render', 'git', '--se'],
      ['--set', ':4'],
    ],
    [
      ['template', 'render', 'git', '--set', 're'],
      ['repo=', 'ref=', ':6'],
    ],
    [['template', 'render', '-f', 'own.yaml', '--set', ''], [':6']],
    [['explain', '-n', ''], [':4']],
    [['explain', '--context', ''], [':4']],
    [['constructor', ''], [':4']],
    [['nonsense', ''], [':4']],
  ])('behind %j: %j', (words, expected) => expect(suggested(...words)).toEqual(expected));

  it('each sidecar can be shown, once', () => {
    const names = suggested('catalog', 'show', '');
    expect(names).toContain('git');
    expect(suggested('catalog', 'show', 'git', '')).toEqual(names.filter((name) => name !== 'git'));
  });

  it('each command has the flags of its help', () => {
    const commands = suggested('').slice(0, -1);
    expect(
      run(['help'])
        .stdout.match(/^ {2}[a-z]+/gm)
        ?.map((line) => line.trim()),
    ).toEqual(commands);
    for (const command of commands) {
      const ofHelp = [...run(['help', command]).stdout.matchAll(/^ {2}(?:-\w, | {4})(--[a-z-]+)/gm)].map(
        ([, flag]) => flag,
      );
      expect([command, ...suggested(command, '--')]).toEqual([command, ...ofHelp, ':4']);
    }
  });
});

it.each([[[]], [['tcsh']], [['bash', 'zsh']]])('completion %j is wrong usage', (words) => {
  const { code, stderr } = run(['completion', ...words]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Name a shell: bash, zsh, fish, powershell or kubectl.')]);
});
