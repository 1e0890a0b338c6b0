import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { environmentName, parseSettings, settingsTable } from '../../../src/programs/topz/settings/settings.ts';
import { usage } from '../../../src/programs/topz/settings/usage.ts';

const settings = (args: string[], env: Record<string, string> = {}) => {
  const parsed = parseSettings(args, env);
  return 'settings' in parsed ? parsed.settings : parsed;
};
const problems = (args: string[], env: Record<string, string> = {}) => {
  const parsed = parseSettings(args, env);
  return 'problems' in parsed ? parsed.problems : [];
};

describe('settings', () => {
  it('have defaults', () => {
    expect(settings([])).toEqual({
      addr: { host: undefined, port: 8080 },
      period: 2000,
      mask: 'secrets',
      tokenFile: undefined,
      basePath: '',
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
      tokenFile: '/t',
      basePath: '/a/b',
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
    expect(found.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'TOPZ-001 --adr=:80 is not an option of topz.',
      'TOPZ-001 serve is not an option of topz.',
      'TOPZ-002 --token-file has no value.',
      'TOPZ-003 TOPZ_ADDR=8080: not an address.',
      'TOPZ-003 --period=5: not a period.',
      'TOPZ-003 --mask=some: no such way to mask.',
      'TOPZ-003 --base-path=a b: not a path.',
      'TOPZ-003 --limits=web: "web" is not a limit.',
    ]);
    expect(found.every(({ fix }) => /^(Use|Write) .+\.|…$/.test(fix))).toBe(true);
  });

  it('never take a token file without a name for none that is wanted', () => {
    expect(problems(['--token-file='])).toHaveLength(1);
    expect(problems(['--token-file', ''], { TOPZ_TOKEN_FILE: '/t' })).toHaveLength(1);
    expect(settings([], { TOPZ_TOKEN_FILE: '' })).toEqual(settings([]));
  });

  it.each(['249ms', '61s', '2', 's', '-2s', '1h', ''])('refuse the period %j', (period) =>
    expect(problems([`--period=${period}`])).toHaveLength(1),
  );
  it.each(['8080', 'host', '1.2.3.4:x', ':70000', '::1:80', 'a b:80', ''])('refuse the address %j', (addr) =>
    expect(problems([`--addr=${addr}`])).toHaveLength(1),
  );
  it.each(['http://a', 'a:80', 'a b', 'a..b', '-a', 'a*.b', '10.0.0.0/8'])('refuse the host name %j', (host) =>
    expect(problems([`--hosts=${host}`])).toMatchObject([
      { code: 'TOPZ-003', fix: expect.stringContaining('Write names') },
    ]),
  );
  it.each(['..', 'a/../b', 'a//b', 'ä', 'a?b'])('refuse the base path %j', (path) =>
    expect(problems([`--base-path=${path}`])).toHaveLength(1),
  );
});

describe('the documentation', () => {
  const page = readFileSync(new URL('../../../docs/topz.md', import.meta.url), 'utf8');

  it('has the same table of settings as the code', () => {
    const rows = settingsTable.map(
      ({ name, value, standard, meaning }) =>
        `| \`--${name}=${value.replaceAll('|', '\\|')}\` | \`${environmentName(name)}\` | ${standard && `\`${standard}\``} | ${meaning} |`,
    );
    expect(page).toContain(`${rows.join('\n')}\n`);
    expect(page.match(/^\| `--/gm)).toHaveLength(rows.length);
  });

  it('and --help tells them all', () => {
    for (const { name, meaning } of settingsTable) {
      expect(usage()).toContain(`--${name}=`);
      expect(usage()).toContain(meaning);
      expect(usage()).toContain(environmentName(name));
    }
  });

  it('names every metric', () => {
    const source = readFileSync(new URL('../../../src/programs/topz/forms/meter.ts', import.meta.url), 'utf8');
    const metrics = [...source.matchAll(/'(topz_\w+)'/g)].map((match) => match[1] ?? '');
    expect(metrics.length).toBeGreaterThan(5);
    for (const metric of metrics) expect(page).toContain(`\`${metric}\``);
  });

  it('names every problem code', () => {
    for (const code of ['TOPZ-001', 'TOPZ-002', 'TOPZ-003', 'TOPZ-004', 'TOPZ-005']) expect(page).toContain(code);
  });
});
