import { describe, expect, test } from 'vitest';
import { checkArguments } from './git-sync-arguments.ts';

const right = ['--repo=https://host/x', '--root=/git/repository', '--link=current'];

describe('what git-sync would say of arguments', () => {
  test.each([
    [],
    [
      '--ref',
      'main',
      '--period',
      '1h2m3.5s',
      '--depth=0',
      '--max-failures=-1',
      '--one-time',
      '--ssh-known-hosts=false',
    ],
    ['--exechook-command=/hooks/checkout', '--exechook-timeout=10m', '--exechook-backoff=1s'],
    ['--ssh-key-file=a', '--ssh-key-file=b', '--submodules=off', '--stale-worktree-timeout=0'],
    ['--username=me', '--password-file=/secret/password'],
  ])('nothing of %j …', (...args) => {
    expect(checkArguments([...right, ...args])).toEqual([]);
  });

  test.each([
    ['--pre-publish-exechook-command=x', '--pre-publish-exechook-command is unknown'],
    ['--branch=main', '--branch is deprecated: write --ref'],
    ['-v', '"-v" is not a flag'],
    ['main', '"main" is not a flag'],
    ['--ref', '--ref needs a value'],
    ['--period=10', '--period is not a duration: 10'],
    ['--period=1d', '--period is not a duration: 1d'],
    ['--period=9.9ms', '--period is too small: 9.9ms'],
    ['--exechook-timeout=500ms', '--exechook-timeout is too small: 500ms'],
    ['--depth=x', '--depth is not a whole number: x'],
    ['--depth=-1', '--depth is too small: -1'],
    ['--one-time=yes', '--one-time is not a boolean: yes'],
    ['--submodules=true', '--submodules is none of recursive, shallow, off: true'],
    ['--link=again', '--link is given twice'],
    ['--username=me', '--username needs --password-file or GITSYNC_PASSWORD'],
    ['--password-file=x', 'a password needs --username'],
    ['--http-metrics', '--http-metrics needs --http-bind'],
    ['--webhook-timeout=1s', '--webhook-timeout does nothing without --webhook-url'],
  ])('of %s', (argument, complaint) => {
    expect(checkArguments([...right, argument])).toContain(complaint);
  });

  test('what is missing, and what the environment provides', () => {
    expect(checkArguments(['--ref=main'])).toEqual([
      '--repo is required',
      '--root is required',
      '--link is not set: the name would depend on the repository',
    ]);
    expect(checkArguments([...right, '--password-file=x'], ['GITSYNC_USERNAME'])).toEqual([]);
    expect(checkArguments(right, ['GITSYNC_USERNAME'])).toHaveLength(1);
    const embedded = ['--repo=https://me:secret@host/x', ...right.slice(1), '--username=me', '--password-file=x'];
    expect(checkArguments(embedded)).toEqual(['--repo may not hold credentials when --username is set']);
  });
});
