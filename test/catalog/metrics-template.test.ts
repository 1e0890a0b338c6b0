import { describe, expect, it } from 'vitest';
import { jsonmetrics } from '../../src/programs/jsonmetrics/settings.ts';
import { readCommand } from '../../src/programs/kit/command.ts';
import { onlymetrics } from '../../src/programs/onlymetrics/settings.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { hostileTexts } from '../laws/hostile.ts';
import { apply } from '../laws/weave.ts';
import { heap } from '../programs/jsonmetrics/app.ts';
import { type Container, exporter, outcomeOf } from './metrics-containers.ts';

const json = (values: string, more: Record<string, string> = {}) => ({
  ...{ for: 'json', target: 'http://127.0.0.1:8080/stats?all=1', values },
  ...more,
});

function problemsOf(settings: Record<string, string>): (readonly [string, string])[] {
  const { outcome } = outcomeOf(settings);
  if (outcome.kind !== 'Refused') return [];
  return outcome.problems.map(({ code, path }) => [code, /metrics-([a-z-]+)/.exec(path)?.[1] ?? path] as const);
}

const fromSecret = (name: string) => ({ name, valueFrom: { secretKeyRef: { name: 'creds', key: 'password' } } });

/** Otherwise redis_exporter asks any target that a client names, with the password. */
const withoutScrape = { name: 'REDIS_EXPORTER_DISABLE_SCRAPE_ENDPOINT', value: 'true' };

describe('the exporter', () => {
  it.each([
    ['nginx', '--nginx.scrape-uri=http://127.0.0.1:8080/stub_status'],
    ['apache', '--scrape_uri=http://127.0.0.1:8080/server-status?auto'],
    ['redis', '--redis.addr=redis://127.0.0.1:6379'],
    ['memcached', '--memcached.address=127.0.0.1:11211', '--web.scrape-path=closed^/scrape'],
    ['statsd', '--statsd.listen-udp=127.0.0.1:8125', '--statsd.listen-tcp=127.0.0.1:8125'],
  ])('of %s has a pinned image, listens at its port and asks the app', (kind, ...asks) => {
    const { image, args } = exporter({ for: kind });
    expect(image).toMatch(/^[a-z.]+\/[a-z0-9-]+\/[a-z_-]+:v?\d+\.\d+\.\d+$/);
    expect(args).toEqual(['--web.listen-address=:29100', ...asks]);
  });

  it.each([['postgres'], ['mysql', '--mysqld.address=127.0.0.1:3306', '--mysqld.username=exporter']])(
    'of %s listens on localhost, behind a gate',
    (kind, ...asks) => {
      const own = exporter({ for: kind });
      expect(own.args).toEqual(['--web.listen-address=127.0.0.1:29199', ...asks]);
      expect(own.ports).toEqual([{ containerPort: 29199, protocol: 'TCP' }]);
      const gate = exporter({ for: kind }, builtInState, 'sidecar-metrics-gate');
      expect(gate).toMatchObject({
        image: builtInState.injector.image,
        args: ['--web.listen-address=:29100', '--target=http://127.0.0.1:29199'],
        ports: [{ name: 'metrics', containerPort: 29100, protocol: 'TCP' }],
      });
      expect(gate).not.toHaveProperty('env');
      expect('settings' in readCommand(onlymetrics, gate.args)).toBe(true);
    },
  );

  it('is asked at another port, asks another address, and has further arguments', () => {
    const further = { port: '29200', target: 'redis://127.0.0.1:7000', args: '--debug,--check-keys=db0=user:*' };
    const { args, ports } = exporter({ for: 'redis', ...further });
    expect(args).toEqual([
      '--web.listen-address=:29200',
      '--redis.addr=redis://127.0.0.1:7000',
      '--debug',
      '--check-keys=db0=user:*',
    ]);
    expect(ports).toEqual([{ name: 'metrics', containerPort: 29200, protocol: 'TCP' }]);
  });

  it('has passwords from the Secret, and from nowhere else', () => {
    const env = (kind: string, more = {}) => exporter({ for: kind, secret: 'creds', ...more }).env;
    expect(env('redis')).toEqual([withoutScrape, fromSecret('REDIS_PASSWORD')]);
    expect(env('redis', { username: 'me' })).toEqual([
      withoutScrape,
      { name: 'REDIS_USER', value: 'me' },
      fromSecret('REDIS_PASSWORD'),
    ]);
    expect(env('mysql')).toEqual([fromSecret('MYSQLD_EXPORTER_PASSWORD')]);
    expect(env('postgres', { target: 'db:5432/shop' })).toEqual([
      { name: 'DATA_SOURCE_URI', value: 'db:5432/shop' },
      { name: 'DATA_SOURCE_USER', value: 'postgres' },
      fromSecret('DATA_SOURCE_PASS'),
    ]);
  });

  it('of StatsD takes lines at a port of its own, by UDP and TCP', () => {
    const { args, ports } = exporter({ for: 'statsd', 'statsd-port': '9125' });
    expect(args).toContain('--statsd.listen-udp=127.0.0.1:9125');
    const all = ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`);
    expect(all).toEqual(['29100/TCP', '9125/UDP', '9125/TCP']);
  });

  it('of JSON is a program of the injector’s image, which understands what it is told', () => {
    const values = 'visits=visits, depth=queue.depth,busy=workers[0].busy, hits_total=a-b.$c.*[1]';
    const { image, command, args, livenessProbe } = exporter(json(values));
    expect({ image, command }).toEqual({
      image: builtInState.injector.image,
      command: ['node', ...heap, '/app/dist/jsonmetrics.js'],
    });
    expect(livenessProbe).toMatchObject({ httpGet: { path: '/', port: 29100 } });
    // As the kubelet writes it: `$$` is a `$`.
    const read = readCommand(
      jsonmetrics,
      args.map((argument) => argument.replaceAll('$$', () => '$')),
    );
    if (!('settings' in read)) throw new Error(JSON.stringify(read));
    expect({ ...read.settings, target: read.settings.target.href }).toEqual({
      ...{ target: 'http://127.0.0.1:8080/stats?all=1', timeout: 5000 },
      'web.listen-address': { host: undefined, port: 29100 },
      value: [
        { name: 'visits', text: 'visits', path: ['visits'] },
        { name: 'depth', text: 'queue.depth', path: ['queue', 'depth'] },
        { name: 'busy', text: 'workers[0].busy', path: ['workers', 0, 'busy'] },
        { name: 'hits_total', text: 'a-b.$c.*[1]', path: ['a-b', '$c', '*', 1] },
      ],
    });
    expect(exporter(json('a=b', { args: '--timeout=8s' })).args).toEqual([
      ...['--web.listen-address=:29100', '--target=http://127.0.0.1:8080/stats?all=1', '--value=a=b', '--timeout=8s'],
    ]);
    expect(exporter({ for: 'redis' })).not.toHaveProperty('command');
  });

  it.each(['a=b', '_a:b1=b', 'a=b.c', 'a=[0]', 'a=*', 'a=b[0][1].c', 'a=b.*.c', 'a=b%/c', 'a=[1234567]'])(
    'of JSON takes the value %s where its program does',
    (value) => {
      const read = readCommand(jsonmetrics, ['--target=http://x/', `--value=${value}`]);
      expect(problemsOf(json(value))).toEqual('settings' in read ? [] : [['bad-list', 'values']]);
    },
  );

  it('of anything else is what the annotations say', () => {
    const { image, args, envFrom, livenessProbe } = exporter({
      ...{ for: 'other', image: 'example.com/x:1', args: '--listen=:29100,--v=2', secret: 'creds' },
    });
    expect({ image, args }).toEqual({ image: 'example.com/x:1', args: ['--listen=:29100', '--v=2'] });
    expect(envFrom).toEqual([{ secretRef: { name: 'creds' } }]);
    expect(livenessProbe).toMatchObject({ tcpSocket: { port: 29100 } });
    expect(livenessProbe).not.toHaveProperty('httpGet');
  });

  it('is the same container in the classic form', () => {
    const { restartPolicy, ...native } = exporter({ for: 'nginx' }) as Container & { restartPolicy?: string };
    expect(restartPolicy).toBe('Always');
    expect(exporter({ for: 'nginx' }, classicState)).toEqual(native);
  });
});

describe('what cannot work', () => {
  it.each<[string, Record<string, string>, readonly (readonly [string, string])[]]>([
    ['another kind without an image', { for: 'other' }, [['parameters-disagree', 'image']]],
    ['a target that nobody asks', { for: 'statsd', target: 'a:1' }, [['parameters-disagree', 'target']]],
    [
      'a StatsD port for another kind',
      { for: 'nginx', 'statsd-port': '9125' },
      [['parameters-disagree', 'statsd-port']],
    ],
    [
      'a second port for nothing',
      { for: 'redis', 'exporter-port': '9104' },
      [['parameters-disagree', 'exporter-port']],
    ],
    ['one port for exporter and gate', { for: 'mysql', 'exporter-port': '29100' }, [['port-taken', 'for']]],
    ['a Secret for nothing', { for: 'memcached', secret: 'x' }, [['parameters-disagree', 'secret']]],
    ['a user for nothing', { for: 'apache', username: 'x' }, [['parameters-disagree', 'username']]],
    ["the app's port", { for: 'nginx', port: '8080' }, [['port-taken', 'port']]],
    ['one port for both', { for: 'statsd', 'statsd-port': '8080' }, [['port-taken', 'statsd-port']]],
    ['a password in the target', { for: 'redis', target: 'redis://:secret@127.0.0.1' }, [['bad-string', 'target']]],
    ['JSON of nowhere', { for: 'json', values: 'a=b' }, [['parameters-disagree', 'target']]],
    ['JSON of no page', json('a=b', { target: '127.0.0.1:8080' }), [['parameters-disagree', 'target']]],
    ['JSON without values', { for: 'json', target: 'http://a/' }, [['parameters-disagree', 'values']]],
    ['values of another kind', { for: 'redis', values: 'a=b' }, [['parameters-disagree', 'values']]],
    ['two metrics of one name', json('a=b,c=d,a=e'), [['parameters-disagree', 'values']]],
    ["a metric of the exporter's own", json('json_up=b'), [['parameters-disagree', 'values']]],
    ['a value without a name', json('b'), [['bad-list', 'values']]],
    ['a name that Prometheus has not', json('a-b=c'), [['bad-list', 'values']]],
    ['a place that is none', json('a=b..c'), [['bad-list', 'values']]],
    ['a place with two stars', json('a=*.*'), [['parameters-disagree', 'values']]],
    ['an unknown kind', { for: 'oracle' }, [['bad-enum', 'for']]],
  ])('%s is refused', (_, settings, problems) => expect(problemsOf(settings)).toEqual(problems));

  it.each([
    ['nginx', '127.0.0.1:8080'],
    ['nginx', 'tcp://127.0.0.1:8080/'],
    ['apache', '127.0.0.1:8080/server-status'],
    ['redis', 'http://127.0.0.1:6379'],
    ['redis', 'mysql://127.0.0.1:6379'],
    ['postgres', 'postgres://db:5432/shop'],
    ['postgres', 'postgresql://db/shop'],
    ...['mysql', 'memcached'].flatMap((kind) => [
      [kind, 'tcp://127.0.0.1:3306'],
      [kind, '127.0.0.1'],
      [kind, '[::1]'],
      [kind, '127.0.0.1:3306/shop'],
      [kind, '127.0.0.1:3306?tls=true'],
    ]),
  ] as [string, string][])('%s cannot be asked at %s', (kind, target) =>
    expect(problemsOf({ for: kind, target })).toEqual([['parameters-disagree', 'target']]),
  );

  it.each([
    ['nginx', 'https://web:8443/status'],
    ['redis', 'db:6379'],
    ['redis', 'rediss://db:6379'],
    ['redis', 'valkey://[::1]:6379/1'],
    ['postgres', 'db'],
    ['postgres', '[::1]:5432/shop?sslmode=verify-full'],
    ['mysql', '[::1]:3306'],
    ['memcached', 'cache.shop.svc:11211'],
  ])('%s is asked at %s', (kind, target) => expect(problemsOf({ for: kind, target })).toEqual([]));

  it('hostile values are refused', () => {
    for (const text of hostileTexts) expect(problemsOf(json(text)), text).not.toEqual([]);
  });

  it.each(['target', 'username', 'secret', 'args', 'image'])(
    'a hostile %s is refused, or one argument as it is',
    (name) => {
      for (const text of hostileTexts) {
        const { outcome } = outcomeOf({ for: 'redis', [name]: text });
        if (outcome.kind === 'Refused') continue;
        const { args, env } = exporter({ for: 'redis', [name]: text });
        for (const argument of args) expect(argument).toMatch(/^[A-Za-z0-9._:/=@%+?&*()|[\]-]+$/);
        const extra = name === 'args' ? text.split(',').length : 0;
        expect([args.length, env.length]).toEqual([2 + extra, name === 'username' || name === 'secret' ? 2 : 1]);
      }
    },
  );
});

it.each<[Record<string, string>, object]>([
  [{}, { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '29100', 'prometheus.io/path': '/metrics' }],
  [{ port: '29200' }, { 'prometheus.io/port': '29200' }],
])('Prometheus is told where to scrape: %o', (settings, expected) => {
  const { pod, outcome } = outcomeOf({ for: 'nginx', ...settings });
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  expect(apply(outcome.patch, pod).metadata).toMatchObject({ annotations: expected });
  const silent = outcomeOf({ for: 'nginx', annotate: 'false', ...settings }).outcome;
  expect(JSON.stringify(silent)).not.toContain('prometheus.io');
});
