// The command line as one file that needs no Node, in an archive with its license, for the system and processor that it
// is made on. https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html describes the steps.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packCompressed } from './archive.ts';
import { normalize, type Release, root } from './release.ts';

/** The name of a system and a processor in Go, and so in krew and in the names of downloads. */
const systems: Readonly<Record<string, string>> = { win32: 'windows' };
const processors: Readonly<Record<string, string>> = { x64: 'amd64' };
const system = systems[process.platform] ?? process.platform;
const processor = processors[process.arch] ?? process.arch;

/** Most commands end before they fill this many MiB, and so never wait for the garbage collector. */
const options = ['--min-semi-space-size=16'];

/** Leaves an archive that is there already, because another machine made it. */
export async function makeExecutable({ time, folder, scratch }: Release): Promise<void> {
  const archive = join(folder, `sidecar-${system}-${processor}.tar.gz`);
  if (existsSync(archive)) return;
  const work = scratch('executable');
  const content = join(work, 'content');
  const program = join(content, process.platform === 'win32' ? 'sidecar.exe' : 'sidecar');
  mkdirSync(content);
  cpSync(join(root, 'LICENSE'), join(content, 'LICENSE'));
  copyFileSync(process.execPath, program);
  if (process.platform === 'darwin') execFileSync('codesign', ['--remove-signature', program]);
  const fuse = ['--sentinel-fuse', 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'];
  const segment = process.platform === 'darwin' ? ['--macho-segment-name', 'NODE_SEA'] : [];
  const postject = join(root, 'node_modules/postject/dist/cli.js');
  const blob = makeBlob(work);
  execFileSync(process.execPath, [postject, program, 'NODE_SEA_BLOB', blob, ...fuse, ...segment], { stdio: 'pipe' });
  if (process.platform === 'darwin') execFileSync('codesign', ['--sign', '-', program]);
  normalize(content, time);
  packCompressed(content, archive);
}

/** The file with the program, compiled, and the files that it reads. */
function makeBlob(work: string): string {
  const built = join(work, 'built');
  execFileSync(process.execPath, [join(root, 'tools/build.ts'), built, 'executable']);
  cpSync(join(root, 'package.json'), join(built, 'package.json'));
  // Without a fixed seed, the compiled code differs each time. With a fixed --hash-seed, or without the options of the
  // executable, it would not be used.
  const node = (...args: readonly string[]) =>
    execFileSync(process.execPath, ['--random-seed=1', ...options, ...args], { cwd: work, stdio: 'pipe' });
  node(join(root, 'tools/release/compile.ts'), built);
  const catalog = readdirSync(join(built, 'catalog')).map((name) => `catalog/${name}`);
  const files = ['package.json', 'run-sidecar.cache', 'run-sidecar.cjs', ...catalog].sort();
  const settings = {
    ...{ main: 'built/executable.cjs', output: 'blob', disableExperimentalSEAWarning: true, useCodeCache: true },
    execArgv: options,
    assets: Object.fromEntries(files.map((name) => [name, `built/${name}`])),
  };
  writeFileSync(join(work, 'sea.json'), JSON.stringify(settings));
  node('--experimental-sea-config', 'sea.json');
  return join(work, 'blob');
}
