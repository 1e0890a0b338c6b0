import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GitSyncProcess } from './git-sync-process.ts';
import { describeWith } from './programs.ts';

describeWith(['git', 'bash'], 'the command line of the stand-in for git-sync', () => {
  let scratch: string;
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'git-sync-arguments-'));
  });
  afterEach(() => rmSync(scratch, { recursive: true, force: true }));

  /**
   * The last thing it says, and its status, when started with these arguments beside a repository that is not there.
   */
  async function outcomeOf(args: string[], environment: Record<string, string> = {}) {
    const process = new GitSyncProcess(
      scratch,
      ['--repo=file:///nowhere', `--root=${scratch}/root`, ...args],
      environment,
    );
    const status = await process.silent;
    return { status, message: process.messages.at(-1) };
  }

  test.each([
    ['--group-write=1', 'unknown flag: --group-write'],
    ['--init-period=9ms', 'invalid flag: --init-period must be at least 10ms'],
    ['--git-gc=never', 'invalid flag: --git-gc must be one of "auto", "always", "aggressive", or "off"'],
    ['--http-metrics', 'required flag: --http-bind must be specified when --http-metrics is set'],
    ['--sync-on-signal=SIGUSR1', 'this stand-in knows no other --sync-on-signal than SIGHUP'],
    ['--webhook-url=https://h/', 'this stand-in calls no other --webhook-url than one of http'],
    ['-v', 'unknown argument: -v'],
    ['extra', 'unknown argument: extra'],
    ['--', 'unknown argument: --'],
    ['--ref', 'flag needs an argument: --ref'],
    ['--ref=', 'required flag: --ref must be specified'],
    ['--period=10', 'invalid argument "10" for "--period" flag: not a duration'],
    ['--period=1 s', 'invalid argument "1 s" for "--period" flag: not a duration'],
    ['--period=9ms', 'invalid flag: --period must be at least 10ms'],
    ['--period=-1s', 'invalid flag: --period must be at least 10ms'],
    ['--sync-timeout=0', 'invalid flag: --sync-timeout must be at least 10ms'],
    ['--stale-worktree-timeout=1d', 'invalid argument "1d" for "--stale-worktree-timeout" flag: not a duration'],
    ['--depth=one', 'invalid argument "one" for "--depth" flag: not a whole number'],
    ['--depth=-1', 'invalid flag: --depth must be greater than or equal to 0'],
    ['--max-failures=1.5', 'invalid argument "1.5" for "--max-failures" flag: not a whole number'],
    ['--one-time=yes', 'invalid argument "yes" for "--one-time" flag: not a boolean'],
    ['--ssh-known-hosts=', 'invalid argument "" for "--ssh-known-hosts" flag: not a boolean'],
    ['--submodules=on', 'invalid flag: --submodules must be one of "recursive", "shallow", or "off"'],
    ['--username=me', 'required flag: --password-file must be specified when --username is specified'],
    ['--password-file=x', 'invalid flag: --password-file may only be specified when --username is specified'],
  ])('refuses %s', async (argument, message) => {
    expect(await outcomeOf([argument])).toEqual({ status: 1, message: message });
  });

  test.each([
    [['--exechook-command=x', '--exechook-timeout=999ms'], 'invalid flag: --exechook-timeout must be at least 1s'],
    [['--exechook-command=x', '--exechook-backoff=0.5s'], 'invalid flag: --exechook-backoff must be at least 1s'],
    [['--root='], 'required flag: --root must be specified'],
    [['--repo='], 'required flag: --repo must be specified'],
    [
      ['--repo=https://a:b@host/x', '--username=me', '--password-file=x'],
      'invalid flag: credentials may not be specified in --repo when --username is specified',
    ],
  ])('refuses %j', async (args, message) => {
    expect(await outcomeOf(args)).toEqual({ status: 1, message: message });
  });

  test('refuses variables that git-sync would heed and it does not', async () => {
    const outcome = await outcomeOf([], { GITSYNC_PERIOD: '1s' });
    expect(outcome).toEqual({ status: 1, message: 'unknown environment variable: GITSYNC_PERIOD' });
  });

  test('takes every flag of the sidecar, in both forms', async () => {
    const args = ['--ref', 'main', '--link=x', '--period', '1h2m3.5s', '--depth', '0', '--submodules', 'shallow'];
    const hook = ['--exechook-command=x', '--exechook-timeout=10m', '--exechook-backoff=1s', '--sync-timeout=.5m'];
    const ssh = ['--ssh-key-file=a', '--ssh-key-file=b', '--ssh-known-hosts=false', '--ssh-known-hosts-file=c'];
    const more = [
      '--stale-worktree-timeout=0',
      '--username=me',
      '--password-file=/dev/null',
      '--one-time=T',
      '--max-failures=-0',
    ];
    expect(await outcomeOf([...args, ...hook, ...ssh, ...more])).toEqual({
      status: 1,
      message: 'too many failures, aborting',
    });
  });
});
