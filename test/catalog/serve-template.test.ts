import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { until } from '../e2e/pieces/until.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { hostileTexts } from '../laws/hostile.ts';
import { apply } from '../laws/weave.ts';
import { NginxFiles } from './nginx-files.ts';
import { describeWith } from './programs.ts';

interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly restartPolicy?: string;
  readonly ports: readonly object[];
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly livenessProbe: { readonly httpGet: { readonly path: string; readonly port: number } };
}

interface Woven {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly volumes: readonly { readonly name: string; readonly emptyDir?: object }[];
  };
}

const parameters = {
  path: '/var/www/html',
  port: '21500',
  index: 'index.html, start.htm',
  listing: 'true',
  cache: '1m30s',
  'default-type': 'text/plain',
  charset: 'iso-8859-1',
  symlinks: 'same-owner',
  user: '1000',
  size: '1Gi',
  'access-log': 'true',
};

function outcomeOf(settings: Readonly<Record<string, string>>, state = builtInState) {
  const given = { path: '/var/www/html', ...settings };
  const annotations = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`sidecar.io/serve-${name}`, value]),
  );
  const pod: JsonObject = { metadata: { annotations }, spec: { containers: [{ name: 'web', image: 'web' }] } };
  return { pod, outcome: inject({ pod, namespace: 'default' }, state) };
}

function woven(settings: Readonly<Record<string, string>> = {}, state = builtInState): Woven {
  const { pod, outcome } = outcomeOf(settings, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  return apply(outcome.patch, pod) as unknown as Woven;
}

const configurationOf = ({ metadata }: Woven) =>
  metadata.annotations['files.sidecar.io/sidecar-serve.nginx.conf'] ?? '';

function sidecarOf({ spec }: Woven): Container {
  const found = [...(spec.initContainers ?? []), ...spec.containers].find(({ name }) => name === 'sidecar-serve');
  if (!found) throw new Error('no sidecar-serve');
  return found;
}

/** The names of the directives in their blocks: what of a configuration no value may change. */
function structureOf(configuration: string): string[] {
  const code = configuration.replace(/^\s*#.*$/gm, '');
  return [...code.matchAll(/\s*([^\s;{}]*)[^;{}]*([;{}])/g)].map(([, name, end]) => `${name}${end}`);
}

describe("serve's place in the pod", () => {
  it('is a native sidecar, or a second container, with nothing of the directory writable', () => {
    const native = woven();
    expect(native.spec.containers.map(({ name }) => name)).toEqual(['web']);
    expect(sidecarOf(native).restartPolicy).toBe('Always');
    const classic = woven({}, classicState);
    expect(classic.spec.containers.map(({ name }) => name)).toEqual(['web', 'sidecar-serve']);
    expect(classic.spec.initContainers ?? []).toEqual([]);
    for (const pod of [native, classic]) {
      expect(pod.spec.containers[0]?.volumeMounts).toEqual([{ name: 'sidecar-serve', mountPath: '/var/www/html' }]);
      const writable = sidecarOf(pod).volumeMounts.filter(({ readOnly }) => readOnly !== true);
      expect(writable.map(({ mountPath }) => mountPath)).toEqual(['/tmp']);
    }
  });

  it('follows the parameters', () => {
    const pod = woven(parameters);
    expect(sidecarOf(pod)).toMatchObject({
      ports: [{ name: 'serve', containerPort: 21500 }],
      securityContext: { runAsUser: 1000, runAsGroup: 101, runAsNonRoot: true, readOnlyRootFilesystem: true },
      livenessProbe: { httpGet: { path: '/.healthz', port: 21500 } },
    });
    expect(pod.spec.volumes).toContainEqual({ name: 'sidecar-serve', emptyDir: { sizeLimit: '1Gi' } });
    expect(woven().spec.volumes).toContainEqual({ name: 'sidecar-serve', emptyDir: {} });
  });

  it('needs to be told the directory', () => {
    const pod = { metadata: { annotations: { 'sidecar.io/serve': 'true' } }, spec: { containers: [{ name: 'web' }] } };
    expect(JSON.stringify(inject({ pod, namespace: 'default' }, builtInState))).toContain('sidecar.io/serve-path');
  });
});

describeWith(['nginx'], "serve's configuration", () => {
  it.each([{}, parameters, { cache: '1h1m1.5s', charset: 'off' }])('is one that nginx takes: %o', (settings) => {
    const nginx = new NginxFiles(configurationOf(woven(settings)));
    expect(nginx.complaint()).toBe('');
    nginx.remove();
  });

  it('keeps its structure, whatever the values: each is refused, or one that nginx takes', { timeout: 300_000 }, () => {
    const structure = structureOf(configurationOf(woven()));
    const own = [
      'a;b',
      'a b',
      'a{',
      '}',
      'a#',
      'a$uri',
      'a"',
      "a'",
      'a\\',
      'off;root /',
      'index.html,../x',
      '..',
      '.a',
    ];
    const accepted = new Set<string>();
    for (const name of Object.keys(parameters)) {
      for (const text of [...hostileTexts, ...own]) {
        const { pod, outcome } = outcomeOf({ [name]: text });
        if (outcome.kind !== 'Injected') continue;
        const configuration = configurationOf(apply(outcome.patch, pod) as unknown as Woven);
        expect(structureOf(configuration), `${name}: ${text}`).toEqual(structure);
        accepted.add(configuration);
      }
    }
    expect(accepted.size).toBeGreaterThan(1);
    for (const configuration of accepted) {
      const nginx = new NginxFiles(configuration);
      expect(nginx.complaint()).toBe('');
      nginx.remove();
    }
  });
});

describeWith(['nginx', 'sh'], 'serve, as a program', () => {
  it('serves the files as they are now, with types and headers, and takes part in caching', async () => {
    await serving({ cache: '1m30s' }, async (nginx, get) => {
      nginx.write({
        'index.html': 'one\n',
        'app.log': 'ü'.repeat(1000),
        'data.bin': '\u0000',
        'docs/index.html': 'docs',
      });
      const page = await get('/');
      expect(await page.text()).toBe('one\n');
      expect(Object.fromEntries(page.headers)).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'max-age=90',
        'x-content-type-options': 'nosniff',
        server: 'nginx',
      });
      const etag = page.headers.get('etag') ?? '';
      expect((await get('/', { 'if-none-match': etag })).status).toBe(304);
      nginx.write({ 'index.html': 'one\ntwo\n' });
      expect(await (await get('/', { 'if-none-match': etag })).text()).toBe('one\ntwo\n');
      const log = await get('/app.log', { 'accept-encoding': 'gzip' });
      expect(log.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(log.headers.get('content-encoding')).toBe('gzip');
      expect((await get('/data.bin')).headers.get('content-type')).toBe('application/octet-stream');
      const moved = await get('/docs');
      expect([moved.status, moved.headers.get('location')]).toEqual([301, '/docs/']);
    });
  });

  it('shows no file with a dot before its name, and none that a link leads out to', async () => {
    await serving({ listing: 'true' }, async (nginx, get) => {
      nginx.write({
        '.env': 'secret',
        '.git/config': 'secret',
        'a/.b/c.html': 'secret',
        '.healthz': 'secret',
        'a b': 'text',
      });
      nginx.link('/etc/passwd', 'passwd.html');
      nginx.link('/', 'all');
      nginx.link('a b', 'inside');
      for (const path of ['/.env', '/%2eenv', '/.git/config', '/a/.b/c.html', '/a/..%2f.env', '//.env', '/.healthz/'])
        expect((await get(path)).status, path).toBe(404);
      for (const path of ['/passwd.html', '/all/etc/passwd', '/inside'])
        expect((await get(path)).status, path).toBeOneOf([403, 404]);
      expect((await get('/..%2f..%2fetc/passwd')).status).toBe(400);
      const health = await get('/.healthz');
      expect([health.status, await health.text()]).toEqual([200, 'ok']);
      const list = await (await get('/')).text();
      expect(list).toContain('href="a%20b"');
      expect(list).not.toMatch(/secret|\.env|\.git/);
    });
  });

  it('follows a link to what belongs to the same user, where that is wanted, and still none that leads out', async () => {
    await serving({ symlinks: 'same-owner' }, async (nginx, get) => {
      nginx.write({ 'releases/2/index.html': 'second' });
      nginx.link('releases/2', 'current');
      nginx.link('/etc/passwd', 'passwd.html');
      expect(await (await get('/current/')).text()).toBe('second');
      expect((await get('/passwd.html')).status).toBe(403);
    });
  });

  it('lists nothing unless told to, and serves only GET and HEAD', async () => {
    await serving({ index: 'start.htm,index.html' }, async (nginx, get) => {
      expect((await get('/')).status).toBe(403);
      nginx.write({ 'index.html': 'index' });
      expect(await (await get('/')).text()).toBe('index');
      nginx.write({ 'start.htm': 'start' });
      expect(await (await get('/')).text()).toBe('start');
      expect((await get('/index.html', {}, 'PUT')).status).toBe(405);
    });
  });
});

type Get = (path: string, headers?: Record<string, string>, method?: string) => Promise<Response>;

/** Runs nginx by the command of the container, and ends it. */
async function serving(
  settings: Readonly<Record<string, string>>,
  work: (nginx: NginxFiles, get: Get) => Promise<void>,
) {
  const port = await freePort();
  const pod = woven({ ...settings, port: String(port) });
  const nginx = new NginxFiles(configurationOf(pod));
  const process = nginx.start(sidecarOf(pod).command);
  const get: Get = (path, headers = {}, method = 'GET') =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers, method, redirect: 'manual' });
  const healthy = async () => ((await get('/.healthz')).status === 200 ? true : undefined);
  try {
    await until(`nginx answers at port ${port}`, healthy, { seconds: 60, every: 50 });
    await work(nginx, get);
  } finally {
    process.kill('SIGQUIT');
    if (process.exitCode === null) await once(process, 'exit');
    nginx.remove();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}
