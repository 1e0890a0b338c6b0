// The image of a release: what the Dockerfile says, for each architecture, and a server that starts from it.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastStage } from '../../tools/release/dockerfile.ts';
import { blobFile, type Descriptor, dryRun, layerFiles, root } from './artefacts.ts';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

interface Manifest extends Descriptor {
  readonly platform: { readonly os: string; readonly architecture: string };
}

let folder = '';
beforeAll(() => {
  folder = dryRun('image').folder;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The bytes that a descriptor names, once their digest and size are right. */
function blob(descriptor: Descriptor): Buffer {
  const bytes = readFileSync(blobFile(folder, descriptor));
  expect([`sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes.length]).toEqual([
    descriptor.digest,
    descriptor.size,
  ]);
  return bytes;
}
const json = (descriptor: Descriptor) => JSON.parse(blob(descriptor).toString());
const index = () => JSON.parse(readFileSync(join(folder, 'image/index.json'), 'utf8')).manifests as readonly Manifest[];

/** The folder with what the layers hold. */
function unpacked(): string {
  const target = join(folder, 'root');
  mkdirSync(target, { recursive: true });
  for (const layer of json(index()[0] as Manifest).layers) {
    execFileSync('tar', ['-xzf', blobFile(folder, layer), '-C', target]);
  }
  return target;
}

describe('the Dockerfile', () => {
  it('names its bases by digest, and builds on the machine whatever the image is for', () => {
    const bases = [...dockerfile.matchAll(/^ARG \w+_BASE=(.*)$/gm)].map(([, base = '']) => base);
    expect(bases).toHaveLength(2);
    for (const base of bases) expect(base).toMatch(/^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/);
    expect(dockerfile).toContain('FROM --platform=${BUILDPLATFORM} ${BUILD_BASE} AS build\n');
  });

  it('is read up to an instruction that is not known', () => {
    expect(() => lastStage(`${dockerfile}\nVOLUME /data\n`)).toThrow(
      'tools/release/dockerfile.ts does not know VOLUME',
    );
  });
});

describe('the image', () => {
  it('is there for two architectures, with the same layer and configuration', () => {
    expect(index().map(({ platform }) => platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ]);
    const [amd64, arm64] = index().map((each) => {
      const { config, layers, annotations } = json(each);
      return { config: json(config), layers, annotations };
    });
    expect(arm64).toEqual({ ...amd64, config: { ...amd64?.config, architecture: 'arm64' } });
    expect(amd64?.annotations['org.opencontainers.image.base.digest']).toMatch(/^sha256:/);
    const bytes = amd64?.layers.map((layer: Descriptor) => gunzipSync(blob(layer)));
    const digests = bytes.map((layer: Buffer) => `sha256:${createHash('sha256').update(layer).digest('hex')}`);
    expect(amd64?.config.rootfs.diff_ids).toEqual(digests);
  });

  it('adds the programs, and neither source maps nor the command line', () => {
    const names = [...layerFiles(folder).keys()];
    const some = [
      'serve.cjs',
      'later/node-forge.cjs',
      'topz.cjs',
      'filesync.js',
      'logship.js',
      'jsonmetrics.js',
      'onlymetrics.js',
      'catalog/git.json',
    ];
    expect(names).toEqual(expect.arrayContaining(some.map((name) => `/app/dist/${name}`)));
    expect(names.filter((name) => !/^\/app\/(dist\/|package\.json$|LICENSE$)/.test(name))).toEqual([]);
    expect(names.filter((name) => /\.map$|sidecar\.js$|\.ts$/.test(name))).toEqual([]);
  });

  it('starts its server by its own entrypoint, which is healthy and knows its version', async () => {
    const { config } = json(json(index()[0] as Manifest).config);
    expect(config).toMatchObject({ User: '65532:65532', WorkingDir: '/app', ExposedPorts: { '9443/tcp': {} } });
    const app = join(unpacked(), 'app');
    const env = Object.fromEntries(config.Env.map((each: string) => each.split('=')));
    env.SIDECAR_CERTS_FOLDER = join(folder, 'certificates');
    const [node, ...args] = config.Entrypoint.map((word: string) => word.replace(/^\/app/, app));
    expect(node).toBe('node');
    const server = spawn(process.execPath, [...args, '--host=127.0.0.1', '--port=0'], { cwd: app, env });
    try {
      let port = '';
      for await (const chunk of server.stdout) {
        port = /"port":(\d+)/.exec(String(chunk))?.[1] ?? '';
        if (port !== '') break;
      }
      expect(port).not.toBe('');
      const call = ['--silent', '--insecure', `https://127.0.0.1:${port}/metrics`];
      expect(await text(spawn('curl', call).stdout)).toContain(`version="${version}"`);
    } finally {
      server.kill('SIGKILL');
    }
  });
});
