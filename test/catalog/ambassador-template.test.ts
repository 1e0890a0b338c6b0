import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inject } from '../../src/engine/inject.ts';
import { builtInState } from '../engine/state.ts';
import { hostileTexts } from '../laws/hostile.ts';
import { check, configurationOf, type Folder, makeFolder, outcomeOf, type Settings } from './ambassador.ts';
import { describeWith } from './programs.ts';

const full = {
  target: 'db:5432,db.shop.svc:5432,db.example.com:5433,example.com.:443,10.0.0.1:1,[fd00::1]:65535',
  ...{ tls: 'true', 'tls-name': 'db.example.com', 'ca-secret': 'ca', 'client-secret': 'me', balance: 'first' },
  ...{ 'check-interval': '1m30s', retries: '0', addresses: '3', family: 'ipv6', log: 'connections', port: '6000' },
};
const http = { target: 'api:8080', mode: 'http', check: 'true', 'check-path': '/healthz?deep=1', host: 'api.shop:80' };
const all: readonly Settings[] = [
  { target: 'db:5432' },
  { target: 'db.example.com:443', tls: 'true' },
  full,
  http,
  { ...http, target: '[fd00::1]:80,a.b.c:9090' },
  { target: 'db:5432', socket: '/run/db/db.sock' },
];

/** The addresses of the servers, as they are written. */
const serversOf = (settings: Settings) =>
  [...(configurationOf(settings) ?? '').matchAll(/server-template \S+ \S+ "([^"]*)"/g)].map((match) => match[1]);
const lineOf = (settings: Settings, start: string) =>
  configurationOf(settings)
    ?.split('\n')
    .map((line) => line.trim())
    .find((line) => line.startsWith(start));

describe("the ambassador's names and ports", () => {
  it('completes names as the pod would find them, and leaves all others alone', () => {
    expect(serversOf(full)).toEqual([
      'db.${SIDECAR_NAMESPACE}.svc.cluster.local:5432',
      'db.shop.svc.cluster.local:5432',
      'db.example.com:5433',
      'example.com:443',
      '10.0.0.1:1',
      '[fd00::1]:65535',
    ]);
    const elsewhere = serversOf({ target: 'db:1,db.shop.svc:1', 'cluster-domain': 'k8s.corp' });
    expect(elsewhere).toEqual(['db.${SIDECAR_NAMESPACE}.svc.k8s.corp:1', 'db.shop.svc.k8s.corp:1']);
  });

  it.each([
    ['db:5432', 5432],
    ['api:443', 20443],
    ['api:8080', 28080],
    ['api:9090', 29090],
    ['[fd00::1]:6379,db:1', 6379],
    ['127.0.0.1:80', 20080],
    ['localhost.example.com:6379', 6379],
  ])('%s is at 127.0.0.1:%i', (target, port) => {
    expect(lineOf({ target }, 'bind')).toBe(`bind 127.0.0.1:${port}`);
  });

  it.each([
    ['api:8080', 'false', 'api:8080'],
    ['api:80', 'false', 'api'],
    ['example.com.:443', 'true', 'example.com'],
    ['a.b.c:4430', 'true', 'a.b.c:4430'],
  ])('%s, TLS %s, is asked for as %s', (target, tls, host) => {
    expect(lineOf({ target, tls, mode: 'http' }, 'http-request')).toBe(`http-request set-header Host ${host}`);
  });

  it('checks targets where there is a choice', () => {
    expect(lineOf({ target: 'a:1' }, 'default-server check')).toBeUndefined();
    expect(lineOf({ target: 'a:1,b:1' }, 'default-server check')).toBe('default-server check fall 3 rise 1 inter 3000');
  });

  it('goes on for a while when the pod ends, only where the app may end later', () => {
    const grace = (native: boolean) => configurationOf({ target: 'a:1', drain: '1m' }, native)?.match(/grace .*/)?.[0];
    expect([grace(true), grace(false)]).toEqual([undefined, 'grace 60000']);
  });
});

describe('the socket', () => {
  it('is in a volume that the app mounts at its directory', () => {
    const outcome = outcomeOf({ target: 'db:5432', socket: '/run/db/db.sock' });
    const values = outcome.kind === 'Injected' ? outcome.patch.map(({ value }) => JSON.stringify(value)).join() : '';
    expect(values).toContain('{"name":"sidecar-ambassador-socket","emptyDir":{}}');
    expect(values).toContain('{"name":"sidecar-ambassador-socket","mountPath":"/run/db"}');
    expect(values).toContain('{"name":"sidecar-ambassador-socket","mountPath":"/socket"}');
  });

  it('is in the emptyDir that the app mounts there, which two ambassadors can share', () => {
    const at = (name: string) => ({
      [`sidecar.io/ambassador-target.${name}`]: `${name}:${name === 'a' ? 5432 : 5433}`,
      [`sidecar.io/ambassador-socket.${name}`]: `/run/db/${name}.sock`,
    });
    const spec = {
      containers: [{ name: 'web', volumeMounts: [{ name: 'db', mountPath: '/run/db' }] }],
      volumes: [{ name: 'db', emptyDir: {} }],
    };
    const pod = { metadata: { annotations: { ...at('a'), ...at('b') } }, spec };
    const outcome = inject({ pod, namespace: 'shop' }, builtInState);
    const text = JSON.stringify(outcome.kind === 'Injected' ? outcome.patch : outcome);
    expect(text.match(/{"name":"db","mountPath":"\/socket"}/g)).toHaveLength(2);
    expect(text).not.toMatch(/sidecar-ambassador-.-socket/);
  });
});

describe('what cannot work', () => {
  it.each<[Settings, string]>([
    [{ target: 'db.shop:5432' }, 'Write "db.shop.svc:5432" for the Service, or "db.shop.:5432" for the domain.'],
    [{ target: 'localhost:6379', port: '6380' }, 'To reach another container of the pod, write 127.0.0.1.'],
    [{ target: 'db:1,localhost:1' }, 'To reach another container of the pod, write 127.0.0.1.'],
    [{ target: '127.0.0.1:6379' }, 'Set port to another port'],
    [{ target: 'db:6379,127.0.0.2:6379' }, 'Set port to another port'],
    [{ target: '[::1]:6380', port: '6380' }, 'Set port to another port'],
    [{ target: '10.0.0.1:443', tls: 'true' }, 'Write the name of the target, or set tls-name'],
    [{ target: 'db:1', 'ca-secret': 'ca' }, 'Write "true" for tls, or remove'],
    [{ target: 'db:1', host: 'x' }, 'Set mode to http'],
    [{ ...http, check: 'false' }, 'Set mode to http and check to "true"'],
    [{ target: 'db' }, 'Write host:port in lower case'],
    [{ target: 'db:1', socket: '/db.sock' }, 'Write an absolute path of plain characters'],
    [{ target: 'db:1', socket: '/run/../db.sock' }, 'Write an absolute path of plain characters'],
    [{ target: 'db:1', socket: '/dev/shm/db.sock' }, 'Choose a directory that belongs to the app'],
    [{ target: 'db:65536' }, 'Write host:port in lower case'],
    [{ target: 'db:5432', port: '443' }, 'Write a number from 1024'],
  ])('%o is refused with a fix', (settings, fix) => {
    const outcome = outcomeOf(settings);
    expect(outcome.kind === 'Refused' && outcome.problems[0]?.fix).toContain(fix);
  });

  it('tells of two ambassadors at one port', () => {
    const outcome = outcomeOf({ target: 'a:5432', 'target.second': 'b:5432' });
    expect(outcome.kind === 'Refused' && outcome.problems[0]?.fix).toMatch(/ambassador-port\.second to a free port/);
  });
});

describe('hostile values', () => {
  const words = { ...full, ...http, target: full.target, 'cluster-domain': 'a.b', socket: '/run/db/db.sock' };
  const shapeOf = (text: string | undefined) => text?.split('\n').map((line) => line.trim().split(/\s+/).length);

  it.each(Object.keys(words))('of %s never change the structure of the configuration', (name) => {
    const harmless = shapeOf(configurationOf(words));
    expect(harmless).toBeDefined();
    const given = words[name as keyof typeof words];
    for (const text of hostileTexts.filter((each) => each.length < 5000)) {
      for (const value of [text, given + text, `${given},${text}`, text + given]) {
        const configuration = configurationOf({ ...words, [name]: value });
        if (configuration === undefined || value === given) continue;
        expect(configuration).not.toMatch(/[^\x20-\x7e\n]|\$(?!\{SIDECAR_NAMESPACE\})/);
        const shape = shapeOf(configuration)?.slice(0, harmless?.length);
        const plain = name === 'target' ? harmless?.slice(0, -6) : harmless;
        expect(shape?.slice(0, plain?.length), value).toEqual(plain);
      }
    }
  });
});

describeWith(['haproxy'], 'haproxy itself', () => {
  let folder: Folder;
  beforeAll(async () => {
    folder = await makeFolder();
  });
  afterAll(() => folder.remove());

  it.each(all)('takes the configuration of %o, native and classic, without a warning', (settings) => {
    for (const native of [true, false]) expect(check(folder, settings, native)).toBe('Configuration file is valid\n');
  });
});
