// A dry run of a release: it makes every artefact, the same bytes each time, and what is in them is what they say.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { plainPod } from '../cli/run.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import { dryRun, root } from './artefacts.ts';
import { processorTimes } from './processor-time.ts';

const { name, version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const archive = `sidecar-linux-${process.arch === 'x64' ? 'amd64' : process.arch}.tar.gz`;
let first: ReturnType<typeof dryRun>;
let second: ReturnType<typeof dryRun>;
beforeAll(() => {
  first = dryRun();
  second = dryRun();
});
afterAll(() => {
  for (const { folder } of [first, second]) rmSync(folder, { recursive: true, force: true });
});

const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
const files = (folder: string) => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.flatMap((name) => (statSync(join(folder, name)).isFile() ? [[name, sha256(join(folder, name))]] : []));
};

describe('a dry run', () => {
  it('makes every artefact, and the same bytes again', () => {
    expect(readdirSync(first.folder).sort()).toEqual([
      'SHA256SUMS',
      'image',
      'install.yaml',
      'sbom.cdx.json',
      `sidecar-injector-chart-${version}.tgz`,
      `sidecar-injector-npm-${version}.tgz`,
      archive,
      'sidecar.yaml',
    ]);
    expect(files(second.folder)).toEqual(files(first.folder));
  });

  it('publishes nothing, and says what would', () => {
    const programs = first.said.match(/(?<=^would run: )\w+ \w+/gm);
    expect(programs).toEqual(['docker buildx', 'helm push', 'npm publish', 'gh release']);
    for (const name of readdirSync(first.folder)) if (name !== 'image') expect(first.said).toContain(name);
  });

  it('has checksums of every download', () => {
    const { status, stdout } = spawnSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
      cwd: first.folder,
      encoding: 'utf8',
    });
    const names = readdirSync(first.folder).filter((name) => name !== 'image' && name !== 'SHA256SUMS');
    expect([status, stdout.trim().split('\n').sort()]).toEqual([0, names.map((name) => `${name}: OK`).sort()]);
  });
});

describe('the list of packages', () => {
  it('names every package that the lock file has for production, with its version', () => {
    const sbom = JSON.parse(readFileSync(join(first.folder, 'sbom.cdx.json'), 'utf8'));
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name, version } } });
    const listed = sbom.components.map((part: { purl: string }) => decodeURIComponent(part.purl));
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const locked = Object.entries<{ version: string; dev?: boolean; devOptional?: boolean }>(lock.packages)
      .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
      .map(([path, each]) => `pkg:npm/${path.replace(/^.*node_modules\//, '')}@${each.version}`);
    expect(locked.length).toBeGreaterThan(Object.keys(dependencies).length);
    expect(listed.sort()).toEqual(locked.sort());
  });
});

describe('the executable, as the archive of the kubectl plugin', () => {
  let folder = '';
  beforeAll(() => {
    folder = join(first.folder, 'image', 'unpacked');
    execFileSync('mkdir', [folder]);
    execFileSync('tar', ['-xzf', join(first.folder, archive), '-C', folder]);
  });

  it('is the one that the manifest names', () => {
    const { spec } = parse(readFileSync(join(first.folder, 'sidecar.yaml'), 'utf8'));
    expect(spec.version).toBe(`v${version}`);
    const [platform] = spec.platforms;
    expect(platform).toMatchObject({ bin: 'sidecar', sha256: sha256(join(first.folder, archive)) });
    expect(platform.uri.endsWith(`/v${version}/${archive}`)).toBe(true);
  });

  it('works without Node, in an empty environment', () => {
    const sidecar = (args: readonly string[], input = '') =>
      spawnSync(join(folder, 'sidecar'), args, { encoding: 'utf8', cwd: folder, env: {}, input });
    expect(readdirSync(folder)).toEqual(['LICENSE', 'sidecar']);
    expect(sidecar(['version'])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(sidecar(['catalog', 'list']).stdout).toMatch(/^topz /m);
    expect(sidecar(['explain', 'port-taken'])).toMatchObject({ status: 0, stderr: '' });
    const injected = sidecar(['inject', '-f', '-'], plainPod);
    expect(injected).toMatchObject({ status: 0, stderr: 'pod/web: topz injected\n' });
    expect(injected.stdout).toContain('sidecar-topz');
  });

  // kubectl takes 41 ms of a machine without other load, the version 30 ms, and a pod 105 ms.
  it('starts about as fast as kubectl, and injects a pod in the time of a few of its starts', async () => {
    const { kubectl } = await ensureBinaries(['kubectl']);
    const sidecar = join(folder, 'sidecar');
    const pod = join(first.folder, 'image/pod.yaml');
    writeFileSync(pod, plainPod);
    const [start = 0, version = 0, inject = 0, compiling = 0] = processorTimes(7, [
      [kubectl, 'version', '--client'],
      [sidecar, 'version'],
      [sidecar, 'inject', '-f', pod],
      // Any other option of V8: it does not use what the build compiled.
      ['env', 'NODE_OPTIONS=--stack-trace-limit=11', sidecar, 'inject', '-f', pod],
    ]);
    expect(version / start).toBeLessThan(1.5);
    expect(inject / start).toBeLessThan(3.5);
    expect(inject / compiling).toBeLessThan(0.8);
  });
});
