// The command line of git-sync v4.7.1: its flags, and what it would say of arguments.

type FlagType = 'bool' | 'string' | 'int' | 'duration' | 'list' | 'credentials';

interface Flag {
  readonly type: FlagType;
  /** The first v4 release that has it. */
  readonly since: '4.0' | '4.1' | '4.3' | '4.7';
  /** The smallest value it takes: a number, or milliseconds. */
  readonly least?: number;
  readonly choices?: readonly string[];
}

const since = (version: Flag['since'], type: FlagType, more: Partial<Flag> = {}): Flag => ({
  type,
  since: version,
  ...more,
});

/** Every flag that is documented and not deprecated. */
export const gitSyncFlags: Readonly<Record<string, Flag>> = {
  'add-user': since('4.0', 'bool'),
  'askpass-url': since('4.0', 'string'),
  'cookie-file': since('4.0', 'bool'),
  credential: since('4.1', 'credentials'),
  depth: since('4.0', 'int', { least: 0 }),
  'error-file': since('4.0', 'string'),
  'exechook-backoff': since('4.0', 'duration', { least: 1000 }),
  'exechook-command': since('4.0', 'string'),
  'exechook-timeout': since('4.0', 'duration', { least: 1000 }),
  filter: since('4.7', 'string'),
  git: since('4.0', 'string'),
  'git-config': since('4.0', 'string'),
  'git-gc': since('4.0', 'string', { choices: ['auto', 'always', 'aggressive', 'off'] }),
  'github-app-application-id': since('4.3', 'int'),
  'github-app-client-id': since('4.3', 'string'),
  'github-app-installation-id': since('4.3', 'int'),
  'github-app-private-key-file': since('4.3', 'string'),
  'github-base-url': since('4.3', 'string'),
  'group-write': since('4.0', 'bool'),
  help: since('4.0', 'bool'),
  'http-bind': since('4.0', 'string'),
  'http-metrics': since('4.0', 'bool'),
  'http-pprof': since('4.0', 'bool'),
  'init-max-failures': since('4.7', 'int'),
  'init-period': since('4.7', 'duration', { least: 10 }),
  link: since('4.0', 'string'),
  man: since('4.0', 'bool'),
  'max-failures': since('4.0', 'int'),
  'one-time': since('4.0', 'bool'),
  'password-file': since('4.0', 'string'),
  period: since('4.0', 'duration', { least: 10 }),
  ref: since('4.0', 'string'),
  repo: since('4.0', 'string'),
  root: since('4.0', 'string'),
  'sparse-checkout-file': since('4.0', 'string'),
  'ssh-key-file': since('4.0', 'list'),
  'ssh-known-hosts': since('4.0', 'bool'),
  'ssh-known-hosts-file': since('4.0', 'string'),
  'stale-worktree-timeout': since('4.0', 'duration'),
  submodules: since('4.0', 'string', { choices: ['recursive', 'shallow', 'off'] }),
  'sync-on-signal': since('4.0', 'string'),
  'sync-timeout': since('4.0', 'duration', { least: 10 }),
  'touch-file': since('4.0', 'string'),
  username: since('4.0', 'string'),
  verbose: since('4.0', 'int'),
  version: since('4.0', 'bool'),
  'webhook-backoff': since('4.0', 'duration', { least: 1000 }),
  'webhook-method': since('4.0', 'string'),
  'webhook-success-status': since('4.0', 'int', { least: -1 }),
  'webhook-timeout': since('4.0', 'duration', { least: 1000 }),
  'webhook-url': since('4.0', 'string'),
};

/** Flags that still work, and what to write instead of them. */
export const deprecatedFlags: Readonly<Record<string, string>> = {
  branch: '--ref',
  'change-permissions': '--group-write',
  dest: '--link',
  'max-sync-failures': '--max-failures',
  password: '--password-file',
  rev: '--ref',
  ssh: 'nothing',
  'sync-hook-command': '--exechook-command',
  timeout: '--sync-timeout',
  v: '--verbose',
  wait: '--period',
};
