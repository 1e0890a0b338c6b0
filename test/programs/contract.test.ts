// What the five small programs have in common: their command lines, exit codes and how they end.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Running, run, until } from './filesync/program.ts';

interface Contract {
  readonly name: string;
  /** A command line that runs, in a folder for its files. */
  readonly right: (folder: string) => readonly string[];
  /** What it writes when it runs. */
  readonly started: string;
  /** A flag with a letter too many, the flag that was meant, and a value that this one does not take. */
  readonly slip: readonly [unknown: string, meant: string, wrong: string];
}

const programs: readonly Contract[] = [
  {
    name: 'topz',
    right: () => ['--addr=127.0.0.1:0'],
    started: 'listening',
    slip: ['--perioed=2s', '--period', '--period=5'],
  },
  {
    name: 'jsonmetrics',
    right: () => ['--target=http://127.0.0.1:1/', '--value=a=a', '--web.listen-address=127.0.0.1:0'],
    started: 'listening',
    slip: ['--timeoutt=2s', '--timeout', '--timeout=5'],
  },
  {
    name: 'onlymetrics',
    right: () => ['--target=http://127.0.0.1:1', '--web.listen-address=127.0.0.1:0'],
    started: 'listening',
    slip: ['--timeoutt=2s', '--timeout', '--timeout=5'],
  },
  {
    name: 'filesync',
    // Nothing is mounted there yet, which it logs.
    right: (folder) => [`--source=${folder}/none`, `--target=${folder}`],
    started: '"level":"warn"',
    slip: ['--perriod=2s', '--period', '--period=5'],
  },
  {
    name: 'logship',
    right: (folder) => [`--root=${folder}`, `--state=${folder}`, '--folder=/a', '--file=/a/b'],
    started: 'following',
    slip: ['--lingger=2s', '--linger', '--linger=5'],
  },
];

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

let folder: string;
let running: Running[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sidecar-injector-contract-'));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop('SIGKILL')));
  rmSync(folder, { recursive: true });
});

describe.each(programs)('$name', ({ name, right, started, slip: [unknown, meant, wrong] }) => {
  const main = new URL(`../../src/main/${name}.ts`, import.meta.url).pathname;
  const start = (...args: readonly string[]) => {
    const program = run(process.execPath, [main, ...args]);
    running.push(program);
    return program;
  };
  const outcome = async (...args: readonly string[]) => {
    const program = start(...args);
    const code = await program.ended;
    return { code, lines: program.output().trimEnd().split('\n') };
  };

  it('explains its flags with --help, whatever else is written', async () => {
    const { code, lines } = await outcome(unknown, '--help');
    expect(code).toBe(0);
    expect(lines).toContain(`Usage: ${name} [flags]`);
    const flags = lines.filter((line) => line.includes(' --'));
    expect(flags.length).toBeGreaterThan(4);
    expect(flags.some((line) => line.startsWith(`      ${meant} DURATION  `))).toBe(true);
    for (const line of flags) expect(line).toMatch(/^ {2}(-h, | {4})--[a-z.-]+( \S+)? {2,}\S.*\S$/);
    expect((await outcome('-h')).lines).toEqual(lines);
  });

  it('says its version', async () => {
    expect(await outcome('--version')).toEqual({ code: 0, lines: [`${name} ${version}`] });
  });

  it('refuses a flag that it does not have, and names the one that was meant', async () => {
    const { code, lines } = await outcome(...right(folder), unknown);
    const [flag] = unknown.split('=');
    expect({ code, lines }).toEqual({ code: 2, lines: [`Unknown flag ${flag}. Did you mean ${meant}?`] });
    expect((await outcome(...right(folder), '--zzzzzzzz')).lines).toEqual(['Unknown flag --zzzzzzzz.']);
  });

  it('refuses a value that it cannot read, and says what to write', async () => {
    const { code, lines } = await outcome(...right(folder), wrong);
    expect(code).toBe(2);
    expect(lines).toEqual([expect.stringMatching(/\. Write a duration from \S+ to \S+, such as \S+\.$/)]);
    expect(lines[0]).toContain(`Invalid value "5" for ${meant}.`);
  });

  it('reports all problems at once', async () => {
    const { code, lines } = await outcome(...right(folder), unknown, 'stray', wrong, '--help=x', meant);
    expect(code).toBe(2);
    expect(lines).toEqual([
      'Unexpected argument "stray".',
      expect.stringMatching(/^Unknown flag /),
      '--help takes no value.',
      `${meant} requires a value: ${meant} DURATION.`,
      expect.stringMatching(/^Invalid value "5" for /),
    ]);
  });

  it('takes a flag with one hyphen, and its value as the next argument', async () => {
    const { lines } = await outcome(...right(folder), ...wrong.slice(1).split('='));
    expect(lines).toEqual([expect.stringMatching(`^Invalid value "5" for ${meant}\\.`)]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 at once at %s', async (signal) => {
    const program = start(...right(folder));
    await until(`${name} runs`, () => program.output().includes(started));
    const began = performance.now();
    expect(await program.stop(signal)).toBe(0);
    expect(performance.now() - began).toBeLessThan(4000);
  });
});
