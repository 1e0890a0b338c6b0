// Builds the project's Dockerfile where there is no container engine and no registry: Debian's buildah, with bases made
// from Debian packages in the place of the ones that the Dockerfile names.
//
//   const file = await buildProjectImage('localhost/sidecar-injector:e2e');    // docker-save archive
//   await cluster.importImages([file]);
import { type ChildProcess, execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { progressToStderr } from './binaries.ts';
import { cacheDirectory, type Progress } from './cache.ts';
import { endingWithUs } from './daemon.ts';
import { installPackages } from './debian-packages.ts';
import type { ImageRecipe } from './image-recipe.ts';
import { ensureImage } from './images.ts';
import { atProcessEnd, createScratchFolder } from './scratch-folder.ts';

const execute = promisify(execFile);
const project = join(import.meta.dirname, '..', '..');
/** The calls of buildah that go on now. */
const running = new Set<ChildProcess>();
const certificates = '/etc/ssl/certs/ca-certificates.crt';

/** With node and npm, as `node:24-bookworm-slim` has them. The machine's certificates stay in this stage. */
async function buildBase(): Promise<ImageRecipe> {
  const npm = dirname(dirname(realpathSync((await execute('which', ['npm'])).stdout.trim())));
  return {
    key: 'build-base',
    names: ['localhost/build-base:1'],
    packages: ['libstdc++6', 'dash', 'coreutils'],
    node: true,
    copies: { '/usr/lib/node_modules/npm': npm, ...(existsSync(certificates) ? { [certificates]: certificates } : {}) },
    config: { Env: ['PATH=/usr/bin', `NODE_EXTRA_CA_CERTS=${certificates}`, `npm_config_cafile=${certificates}`] },
  };
}

/** With node only, as distroless has it: no shell. */
const runBase: ImageRecipe = {
  key: 'run-base',
  names: ['localhost/run-base:1'],
  packages: ['libstdc++6'],
  node: true,
  config: { Env: ['PATH=/usr/bin'], User: '65532:65532' },
};

/**
 * The archive of the project's own image under this name. It is built again only when what it is made of has changed.
 */
export async function buildProjectImage(name: string, onProgress: Progress = progressToStderr): Promise<string> {
  const file = join(cacheDirectory('images'), `project-${fingerprint(name)}.tar`);
  if (existsSync(file)) return file;
  if (!existsSync('/usr/bin/buildah')) await installPackages(['buildah'], onProgress);
  const bases = [await ensureImage(await buildBase(), { onProgress }), await ensureImage(runBase, { onProgress })];
  const work = createScratchFolder('sidecar-injector-build-');
  const forget = atProcessEnd(() => {
    for (const child of running) child.kill('SIGKILL');
    removeFolder(work);
    // Who was killed within a call of the kernel finishes that: a folder can be made once more.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    removeFolder(work);
  });
  try {
    onProgress(`building ${name} from the Dockerfile`);
    await build(name, bases, work);
    renameSync(await push(name, work), file);
    forgetOld();
  } finally {
    removeFolder(work);
    forget();
  }
  return file;
}

async function build(name: string, bases: string[], work: string): Promise<void> {
  writeFileSync(join(work, 'policy.json'), JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }));
  for (const base of bases) await buildah(work, 'pull', ...policy(work), `docker-archive:${base}`);
  const names = ['--build-arg', 'BUILD_BASE=localhost/build-base:1', '--build-arg', 'RUN_BASE=localhost/run-base:1'];
  const how = ['--pull-never', '--isolation', 'chroot', '--format', 'docker', ...policy(work)];
  await buildah(work, 'build', ...how, ...names, '--tag', name, '--file', join(project, 'Dockerfile'), project);
}

async function push(name: string, work: string): Promise<string> {
  const file = join(cacheDirectory('images'), `.project-${process.pid}.tar`);
  rmSync(file, { force: true });
  await buildah(work, 'push', ...policy(work), name, `docker-archive:${file}:${name}`);
  return file;
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 30, retryDelay: 100 });
}

/** Of the archives, which are big, only the newest few are kept. */
function forgetOld(): void {
  const folder = cacheDirectory('images');
  const archives = readdirSync(folder)
    .filter((entry) => /^project-\w+\.tar$/.test(entry))
    .map((entry) => ({ path: join(folder, entry), time: statSync(join(folder, entry)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of archives.slice(3)) rmSync(path, { force: true });
}

const policy = (work: string) => ['--signature-policy', join(work, 'policy.json')];

async function buildah(work: string, ...args: string[]): Promise<void> {
  const storage = ['--root', join(work, 'root'), '--runroot', join(work, 'run'), '--storage-driver', 'vfs'];
  // In a namespace of its own for processes: with the first one all end, also npm in a step of the build.
  const alone = ['--pid', '--fork', '--kill-child', '--mount-proc', 'buildah'];
  const call = execute(...endingWithUs('unshare', [...alone, ...storage, ...args]), {
    maxBuffer: 64 << 20,
    env: { ...process.env, TMPDIR: work },
  });
  running.add(call.child);
  await call
    .catch((error: { stderr?: string }) => {
      throw new Error(`buildah ${args[0]} failed:\n${error.stderr?.trimEnd().split('\n').slice(-40).join('\n')}`);
    })
    .finally(() => running.delete(call.child));
}

function fingerprint(name: string): string {
  const hash = createHash('sha256').update(name).update(process.version);
  const tops = [
    'Dockerfile',
    '.dockerignore',
    'package.json',
    'package-lock.json',
    '.npmrc',
    'LICENSE',
    'tools/build.ts',
    'tools/lean.ts',
  ];
  const sources = readdirSync(join(project, 'src'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of [...tops.map((top) => join(project, top)), ...sources.sort()]) {
    if (existsSync(path)) hash.update(path.slice(project.length)).update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 12);
}
