import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Flag } from '../../../src/flags/read-flags.ts';
import { helpOf, readCommand } from '../../../src/programs/kit/command.ts';
import { topz } from '../../../src/programs/topz/settings.ts';

const settings = (args: string[], env: Record<string, string> = {}) => {
  const parsed = readCommand(topz, args, env);
  return 'settings' in parsed ? parsed.settings : parsed;
};
const problems = (args: string[], env: Record<string, string> = {}) => {
  const parsed = readCommand(topz, args, env);
  return 'problems' in parsed ? parsed.problems : [];
};

describe('settings', () => {
  it('have defaults', () => {
    expect(settings([])).toEqual({
      addr: { host: undefined, port: 8080 },
      period: 2000,
      mask: 'secrets',
      'token-file': undefined,
      'base-path': '',
      hosts: [],
      limits: new Map(),
      proc: '/proc',
    });
  });

  it.each([
    [['--addr=0.0.0.0:8081']],
    [['-addr=0.0.0.0:8081']],
    [['--addr', '0.0.0.0:8081']],
    [['-addr', '0.0.0.0:8081']],
  ])('understand %j', (args) => {
    expect(settings(args)).toMatchObject({ addr: { host: '0.0.0.0', port: 8081 } });
  });

  it.each([
    [':80', undefined, 80],
    ['localhost:0', 'localhost', 0],
    ['[::1]:8080', '::1', 8080],
    ['[::]:8080', '::', 8080],
  ])('listen at %s', (addr, host, port) =>
    expect(settings([`--addr=${addr}`])).toMatchObject({ addr: { host, port } }),
  );

  it('come from the environment alike; the command line wins', () => {
    const env = {
      TOPZ_ADDR: ':9000',
      TOPZ_PERIOD: '500ms',
      TOPZ_MASK: 'off',
      TOPZ_TOKEN_FILE: '/t',
      TOPZ_BASE_PATH: 'a/b/',
      TOPZ_HOSTS: 'topz.example.com, *.svc',
      TOPZ_LIMITS: 'web=128Mi, db=1.5Gi,x=5M',
      TOPZ_PROC: '/host/proc/',
    };
    expect(settings(['--period=1m'], env)).toEqual({
      addr: { host: undefined, port: 9000 },
      period: 60_000,
      mask: 'off',
      'token-file': '/t',
      'base-path': '/a/b',
      hosts: ['topz.example.com', '*.svc'],
      limits: new Map([
        ['web', 2 ** 27],
        ['db', 1.5 * 2 ** 30],
        ['x', 5e6],
      ]),
      proc: '/host/proc',
    });
  });

  it('do not mind what Kubernetes sets for a Service that is called topz', () => {
    const env = {
      TOPZ_PORT: 'tcp://10.0.0.1:80',
      TOPZ_SERVICE_HOST: '10.0.0.1',
      TOPZ_SERVICE_PORT: '80',
      TOPZ_PORT_80_TCP_ADDR: '10.0.0.1',
    };
    expect(settings([], env)).toEqual(settings([]));
  });

  it('tell all problems at once, each with a way out', () => {
    const found = problems(
      ['--adr=:80', '--period=5', '--mask=some', 'serve', '--base-path=a b', '--limits=web', '--token-file'],
      { TOPZ_ADDR: '8080' },
    );
    expect(found).toEqual([
      'Unexpected argument "serve".',
      'Unknown flag --adr. Did you mean --addr?',
      '--token-file requires a value: --token-file FILE.',
      'Invalid value "8080" for TOPZ_ADDR. Write HOST:PORT or :PORT, such as :8080.',
      'Invalid value "5" for --period. Write a duration from 250ms to 1m, such as 2s.',
      'Invalid value "some" for --mask. Write secrets, arguments or off.',
      'Invalid value "a b" for --base-path. Write letters, digits, ".", "_", "~" and "-" between slashes.',
      'Invalid value "web" for --limits. Write names and sizes, such as web=128Mi,db=1Gi.',
    ]);
  });

  it('never take a token file without a name for none that is wanted', () => {
    expect(problems(['--token-file='])).toHaveLength(1);
    expect(problems(['--token-file', ''], { TOPZ_TOKEN_FILE: '/t' })).toHaveLength(1);
    for (const name of ['TOPZ_TOKEN_FILE', 'TOPZ_ADDR']) expect(settings([], { [name]: '' })).toEqual(settings([]));
  });

  it.each(['249ms', '61s', '2', 's', '-2s', '1h', ''])('refuse the period %j', (period) =>
    expect(problems([`--period=${period}`])).toHaveLength(1),
  );
  it.each(['8080', 'host', '1.2.3.4:x', ':70000', '::1:80', 'a b:80', ''])('refuse the address %j', (addr) =>
    expect(problems([`--addr=${addr}`])).toHaveLength(1),
  );
  it.each(['http://a', 'a:80', 'a b', 'a..b', '-a', 'a*.b', '10.0.0.0/8'])('refuse the host name %j', (host) =>
    expect(problems([`--hosts=${host}`])).toEqual([expect.stringContaining('Write names')]),
  );
  it.each(['..', 'a/../b', 'a//b', 'ä', 'a?b'])('refuse the base path %j', (path) =>
    expect(problems([`--base-path=${path}`])).toHaveLength(1),
  );
});

describe('the documentation', () => {
  const page = readFileSync(new URL('../../../docs/topz.md', import.meta.url), 'utf8');

  it('has the same table of settings as the code', () => {
    const rows = (topz.flags as readonly Flag[]).map(
      ({ name, kind, env, default: standard, help }) =>
        `| \`--${name}=${kind?.word.replaceAll('|', '\\|')}\` | \`${env}\` | ${standard ? `\`${standard}\`` : ''} | ${help} |`,
    );
    expect(page).toContain(`${rows.join('\n')}\n`);
    expect(page.match(/^\| `--/gm)).toHaveLength(rows.length);
  });

  it('and --help tells them all', () => {
    for (const { name, env, help } of topz.flags) {
      expect(env).toBe(`TOPZ_${name.toUpperCase().replaceAll('-', '_')}`);
      expect(helpOf(topz)).toContain(`--${name} `);
      expect(helpOf(topz)).toContain(help);
      expect(helpOf(topz)).toContain(env);
    }
  });

  it('names every metric', () => {
    const source = readFileSync(new URL('../../../src/programs/topz/forms/meter.ts', import.meta.url), 'utf8');
    const metrics = [...source.matchAll(/'(topz_\w+)'/g)].map((match) => match[1] ?? '');
    expect(metrics.length).toBeGreaterThan(5);
    for (const metric of metrics) expect(page).toContain(`\`${metric}\``);
  });
});
