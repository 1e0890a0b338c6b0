import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { until } from '../e2e/pieces/until.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { hostileTexts } from '../laws/hostile.ts';
import { apply } from '../laws/weave.ts';
import { freePort } from '../ports.ts';
import { NginxFiles } from './nginx-files.ts';
import { describeWith } from './programs.ts';

interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly restartPolicy?: string;
  readonly ports: readonly object[];
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly lifecycle?: object;
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
  fallback: 'index.html',
  'error-page': 'errors/404.html',
  cors: 'https://app.example.com, http://localhost:3000',
  listing: 'true',
  cache: '1m30s',
  immutable: 'assets, static/v1.0',
  'default-type': 'text/plain',
  charset: 'iso-8859-1',
  symlinks: 'same-owner',
  user: '1000',
  size: '1Gi',
  drain: '1m',
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

/** The files of the sidecar, by their names. */
function filesOf({ metadata }: Woven): Record<string, string> {
  const prefix = 'files.sidecar.io/sidecar-serve.';
  const files = Object.entries(metadata.annotations).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(files.map(([key, text]) => [key.slice(prefix.length), text]));
}

const configurationOf = (pod: Woven) => filesOf(pod)['nginx.conf'] ?? '';

function sidecarOf({ spec }: Woven): Container {
  const found = [...(spec.initContainers ?? []), ...spec.containers].find(({ name }) => name === 'sidecar-serve');
  if (!found) throw new Error('no sidecar-serve');
  return found;
}

/**
 * The names of the directives in their blocks: what of a configuration no value may change. A list can give one line
 * for each of its items, which begins with a quoted text.
 */
function structureOf(configuration: string): string[] {
  const code = configuration.replace(/^\s*#.*$/gm, '').replaceAll(/(\s*^\s*"[^"]*" [^;]*;)+$/gm, '\nitem;');
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
    const preStop = { exec: { command: ['sleep', '60'] } };
    expect(sidecarOf(woven(parameters, classicState)).lifecycle).toEqual({ preStop });
    expect(sidecarOf(pod).lifecycle).toBeUndefined();
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
    const nginx = new NginxFiles(filesOf(woven(settings)));
    expect(nginx.complaint()).toBe('');
    nginx.remove();
  });

  it('keeps its structure, whatever the values: each is refused, or one that nginx takes', () => {
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
    const accepted = new Map<string, Record<string, string>>();
    for (const [name, harmless] of Object.entries(parameters)) {
      const structure = structureOf(configurationOf(woven({ [name]: harmless })));
      for (const text of [...hostileTexts, ...own]) {
        const { pod, outcome } = outcomeOf({ [name]: text });
        if (outcome.kind !== 'Injected') continue;
        const files = filesOf(apply(outcome.patch, pod) as unknown as Woven);
        expect(structureOf(files['nginx.conf'] ?? ''), `${name}: ${text}`).toEqual(structure);
        accepted.set(JSON.stringify(files), files);
      }
    }
    expect(accepted.size).toBeGreaterThan(1);
    for (const files of accepted.values()) {
      const nginx = new NginxFiles(files);
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
      expect((await get('/passwd.html')).status).toBe(404);
    });
  });

  it('follows no link to a name with a dot, however it leads there, but that of git-sync', async () => {
    await serving({ symlinks: 'same-owner', listing: 'true' }, async (nginx, get) => {
      const commit = '0123456789abcdef0123456789abcdef01234567';
      nginx.write({
        '.git/config': 'secret',
        '.env': 'secret',
        'deep/.hidden/a.txt': 'secret',
        [`.worktrees/${commit}/index.html`]: 'site',
        [`.worktrees/${commit}/.git`]: 'secret',
        [`.worktrees/${commit}/.well-known/security.txt`]: 'contact',
      });
      nginx.link('.git/config', 'config.txt');
      nginx.link('.git', 'git');
      nginx.link('.env', 'env.txt');
      nginx.link('env.txt', 'twice.txt');
      nginx.link('../deep/.hidden', 'deep/shown');
      nginx.link(`.worktrees/${commit}`, 'site');
      nginx.link('site/.git', 'pointer.txt');
      nginx.link('.worktrees', 'all');
      nginx.link('..', 'up');
      for (const path of ['/config.txt', '/git/config', '/git/', '/env.txt', '/twice.txt', '/deep/shown/a.txt', '/up/'])
        expect((await get(path)).status, path).toBe(404);
      for (const path of ['/pointer.txt', '/site/.git', '/all/', `/.worktrees/${commit}/`, '/up/etc/serve/nginx.conf'])
        expect((await get(path)).status, path).toBe(404);
      expect(await (await get('/site/')).text()).toBe('site');
      expect(await (await get('/site/.well-known/security.txt')).text()).toBe('contact');
    });
  });

  it('says the types of what is on the web today', async () => {
    await serving({}, async (nginx, get) => {
      const types = {
        ...{ mjs: 'text/javascript; charset=utf-8', wasm: 'application/wasm', map: 'application/json' },
        ...{ csv: 'text/csv; charset=utf-8', md: 'text/markdown; charset=utf-8', yaml: 'application/yaml' },
        ...{
          yml: 'application/yaml',
          webmanifest: 'application/manifest+json',
          avif: 'image/avif',
          webp: 'image/webp',
        },
        ...{ woff2: 'font/woff2', svg: 'image/svg+xml', json: 'application/json', css: 'text/css; charset=utf-8' },
        ...{ html: 'text/html; charset=utf-8', ico: 'image/x-icon', pdf: 'application/pdf', mp4: 'video/mp4' },
        ...{ tsv: 'text/tab-separated-values; charset=utf-8', toml: 'application/toml', heic: 'image/heic' },
        ...{ ndjson: 'application/x-ndjson', epub: 'application/epub+zip', mpd: 'application/dash+xml' },
        ...{ odt: 'application/vnd.oasis.opendocument.text', weba: 'audio/webm', usdz: 'model/vnd.usdz+zip' },
        ...{
          eot: 'application/vnd.ms-fontobject',
          '7z': 'application/x-7z-compressed',
          MJS: 'text/javascript; charset=utf-8',
        },
      };
      for (const [ending, type] of Object.entries(types)) {
        nginx.write({ [`a.${ending}`]: 'x' });
        expect((await get(`/a.${ending}`)).headers.get('content-type'), ending).toBe(type);
      }
    });
  });

  it('answers unknown paths of a single-page app with its page, and missing files with the error page', async () => {
    const settings = { fallback: 'index.html', 'error-page': 'errors/404.html', immutable: 'assets', cache: '1m' };
    await serving(settings, async (nginx, get) => {
      const seen = async (path: string) => {
        const answer = await get(path);
        return [answer.status, await answer.text(), answer.headers.get('cache-control')];
      };
      expect((await get('/users/42')).status).toBe(404);
      nginx.write({ 'index.html': 'app', 'errors/404.html': 'lost', 'assets/app-1f.js': 'code', '.env': 'secret' });
      for (const path of ['/', '/users/42', '/users/', '/a%0Ab'])
        expect(await seen(path), path).toEqual([200, 'app', 'max-age=60']);
      for (const path of ['/app.js', '/assets/app-2e.js', '/.env', '/v1.0/x.css', '/.well-known/change-password'])
        expect(await seen(path), path).toEqual([404, 'lost', null]);
      expect(await seen('/assets/app-1f.js')).toEqual([200, 'code', 'max-age=31536000, immutable']);
      expect((await seen('/assets/'))[0]).toBe(403);
    });
  });

  it('allows the scripts of the origins that are named, and of no other, to read files', async () => {
    const origin = 'https://app.example.com';
    await serving({ cors: `${origin}, http://localhost:3000` }, async (nginx, get) => {
      nginx.write({ 'data.json': '{}' });
      const allowed = async (from: string, method = 'GET') => {
        const { status, headers } = await get('/data.json', { origin: from }, method);
        return [status, headers.get('access-control-allow-origin')];
      };
      expect(await allowed(origin)).toEqual([200, origin]);
      expect(await allowed(origin, 'OPTIONS')).toEqual([204, origin]);
      for (const other of ['https://evil.example.com', `${origin}.evil.test`, 'http://app.example.com', 'null'])
        expect(await allowed(other), other).toEqual([200, null]);
      expect((await get('/missing.json', { origin })).headers.get('access-control-allow-origin')).toBe(origin);
      expect((await get('/data.json')).headers.get('vary')).toMatch(/Origin/);
    });
    await serving({ cors: '*' }, async (nginx, get) => {
      nginx.write({ 'data.json': '{}' });
      const { headers } = await get('/data.json', { origin });
      expect(headers.get('access-control-allow-origin')).toBe('*');
    });
  });

  it('serves .well-known, and nothing else that begins with a dot', async () => {
    await serving({}, async (nginx, get) => {
      nginx.write({ '.well-known/security.txt': 'contact', '.well-known/.secret': 'x', '.well-known-x/a': 'x' });
      expect(await (await get('/.well-known/security.txt')).text()).toBe('contact');
      for (const path of ['/.well-known/.secret', '/.well-known-x/a']) expect((await get(path)).status).toBe(404);
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
  const nginx = new NginxFiles(filesOf(pod));
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
