// The project's own image, built from the Dockerfile: what is in it, and that it runs under the strictest pod settings.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { nodeImage } from '../e2e/providers/node.ts';
import { dryRun, layerFiles } from '../release/artefacts.ts';
import { buildProjectImage } from './build-image.ts';
import { type ImageContents, readImage } from './image-contents.ts';
import { startNode } from './node-cluster.ts';
import { createScratchFolder } from './scratch-folder.ts';

const name = nodeImage;
let file: string;
let image: ImageContents;

beforeAll(async () => {
  file = await buildProjectImage(name);
  image = await readImage(file);
});

describe("the project's image", () => {
  it('runs as a numeric user, by its own program', () => {
    expect(image.names).toEqual([name]);
    expect(image.config.User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(image.config.Entrypoint).toEqual(['node', '--max-semi-space-size=4', '/app/dist/serve.cjs']);
  });

  it('holds the built programs and nothing of how they are made or tested', () => {
    const own = [...image.files.keys()].filter((path) => path.startsWith('/app/'));
    expect(own).toContain('/app/dist/serve.cjs');
    expect(own.filter((path) => !/^\/app\/(dist\/|package\.json$|LICENSE$)/.test(path))).toEqual([]);
    expect(
      own.filter((path) => /\.map$|sidecar\.js$/.test(path)),
      'source maps, the command line',
    ).toEqual([]);
    const paths = [...image.files.keys()];
    expect(paths.filter((path) => /node_modules|\.test\.|\.ts$|\.npmrc$|\.git\//.test(path))).toEqual([]);
  });

  it('holds the files that a dry run of a release shows', () => {
    const { folder } = dryRun('image');
    const own = [...image.files].filter(([path]) => path.startsWith('/app/'));
    expect(Object.fromEntries(own)).toEqual(Object.fromEntries(layerFiles(folder)));
    rmSync(folder, { recursive: true });
  });

  it('holds no key, no certificate and no shell', () => {
    const paths = [...image.files.keys()];
    expect(paths.filter((path) => /\.(key|pem|p12|pfx)$|id_(rsa|ed25519)|\.crt$/.test(path))).toEqual([]);
    expect(paths.filter((path) => /\/(sh|bash|dash|busybox|npm|apt-get)$/.test(path))).toEqual([]);
  });

  it('adds less than 4 MB to node and its libraries', () => {
    const own = [...image.files].filter(([path]) => path.startsWith('/app/'));
    expect(own.reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(4_000_000);
  });

  it('starts in a namespace that enforces Pod Security restricted', async () => {
    const node = await startNode({ name: 'image', images: [file] });
    try {
      await node.kubectl(['create', 'namespace', 'strict']);
      await node.kubectl(['label', 'namespace', 'strict', 'pod-security.kubernetes.io/enforce=restricted']);
      await node.kubectl(['wait', '-n', 'strict', '--for=create', 'serviceaccount/default', '--timeout=180s']);
      const created = await node.kubectl(['apply', '-n', 'strict', '-f', '-'], { stdin: JSON.stringify(strictPod) });
      expect(created).toMatchObject({ code: 0, stderr: '' });
      const waited = await node.kubectl(['wait', '-n', 'strict', '--for=condition=Ready', 'pod/own', '--timeout=180s']);
      const logs = await node.kubectl(['logs', '-n', 'strict', 'own']);
      expect(waited, logs.stdout).toMatchObject({ code: 0 });
    } finally {
      node.stop();
    }
  });
});

const probe = { httpGet: { path: '/readyz', port: 9443, scheme: 'HTTPS' }, periodSeconds: 1 };
const strictContainer = {
  name: 'injector',
  image: name,
  readinessProbe: probe,
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
};
const strictPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'own' },
  spec: {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [strictContainer],
    volumes: [{ name: 'tmp', emptyDir: {} }],
  },
};

it.each([
  ['SIGINT', 1],
  ['SIGINT', 5],
  ['SIGKILL', 5],
] as const)('a build that %s ends after %d s leaves no process, and no folder for long', async (signal, seconds) => {
  const build = `import { buildProjectImage } from '${join(import.meta.dirname, 'build-image.ts')}';
    await buildProjectImage('localhost/never:1', console.log);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', build], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const said of child.stdout) if (String(said).includes('building')) break;
  await sleep(seconds * 1000);
  const folders = () => readdirSync(tmpdir()).filter((each) => each.startsWith(`sidecar-injector-build-${child.pid}-`));
  const [folder = ''] = folders();
  expect(folder).not.toBe('');
  child.kill(signal);
  await once(child, 'exit');
  await expect.poll(() => processesIn(folder), { timeout: 60_000 }).toEqual([]);
  // Who is killed outright has no last moment: the next build removes what is left.
  const left = () => {
    if (signal === 'SIGKILL') rmSync(createScratchFolder('sidecar-injector-build-'), { recursive: true });
    return folders();
  };
  await expect.poll(left, { timeout: 60_000 }).toEqual([]);
});

/**
 * The command lines of those that know the folder, or that have it as their root or their working directory, removed or
 * not.
 */
function processesIn(folder: string): string[] {
  const of = (read: () => string) => {
    try {
      return read();
    } catch {
      return ''; // it has ended, or is one of the kernel's
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const command = of(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
      const places = ['root', 'cwd'].map((link) => of(() => readlinkSync(`/proc/${pid}/${link}`)));
      return [command, ...places].some((text) => text.includes(folder)) ? [`${pid} ${command}`] : [];
    });
}
