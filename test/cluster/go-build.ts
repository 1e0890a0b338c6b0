// Builds the clusters' programs from Go modules: what is left where neither a cache nor the internet has them.
import { execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory, type Progress } from './cache.ts';
import type { GoModule } from './go-modules.ts';

const run = promisify(execFile);

/** Builds `names`, all programs of one module, into `directory`; each appears there complete or not at all. */
export async function buildWithGo(module: GoModule, names: string[], directory: string, onProgress: Progress) {
  await requireGo(names);
  const workspace = cacheDirectory('build', `${module.name}-${module.version}`);
  const output = mkdtempSync(join(cacheDirectory('build'), `${module.name}-output-`));
  try {
    await writeModuleFile(module, workspace, onProgress);
    const packages = names.map((name) => module.commands[name] ?? name);
    const flags = ['-trimpath', '-v', '-ldflags', ['-s -w', ...(module.linkerFlags ?? [])].join(' ')];
    if (module.tags) flags.push('-tags', module.tags);
    await compile([...flags, '-o', `${output}/`, ...packages], workspace, names, onProgress);
    mkdirSync(directory, { recursive: true });
    for (const name of names) {
      const built = join(output, builtName(module.commands[name] ?? name));
      chmodSync(built, 0o755);
      renameSync(built, join(directory, name));
    }
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

async function requireGo(names: string[]): Promise<void> {
  await run('go', ['version']).catch(() => {
    throw new Error(
      `${names.join(', ')} must be built from Go modules, and no "go" is on the PATH. Install Go (https://go.dev/dl), ` +
        'or name a folder that has kube-apiserver, etcd and kubectl in KUBEBUILDER_ASSETS.',
    );
  });
}

/** Resolves the module's dependencies, unless that was done for the same programs of the same sources. */
async function writeModuleFile(module: GoModule, workspace: string, onProgress: Progress): Promise<void> {
  const theirs = module.path ? await moduleFileOf(module) : '';
  const needs = module.path ? [`require ${module.path} v${module.version}`, ...stagingReplaces(module, theirs)] : [];
  const tools = module.source ? [] : Object.values(module.commands).map((path) => `tool ${path}`);
  const moduleFile = ['module testbed', goLine(theirs), ...tools, ...needs, ''].join('\n');
  const source = module.source ? readFileSync(join(import.meta.dirname, 'programs', module.source), 'utf8') : '';
  const done = join(workspace, '.resolved');
  if (existsSync(done) && readFileSync(done, 'utf8') === moduleFile + source) return;
  onProgress(`resolving the Go module of ${module.name} ${module.version}`);
  if (module.source) writeFileSync(join(workspace, 'main.go'), source);
  writeFileSync(join(workspace, 'go.mod'), moduleFile);
  await run('go', ['mod', 'tidy'], { cwd: workspace, maxBuffer: 64 << 20 });
  writeFileSync(done, moduleFile + source);
}

async function moduleFileOf({ path, version }: GoModule): Promise<string> {
  return readFileSync((await download({ path, version })).GoMod, 'utf8');
}

/** The folder that holds the sources of a published module. */
export async function downloadModule(module: Pick<GoModule, 'path' | 'version'>): Promise<string> {
  await requireGo([module.path]);
  return (await download(module)).Dir;
}

async function download({
  path,
  version,
}: Pick<GoModule, 'path' | 'version'>): Promise<{ GoMod: string; Dir: string }> {
  const { stdout } = await run('go', ['mod', 'download', '-json', `${path}@v${version}`], {
    cwd: cacheDirectory('build'),
  });
  return JSON.parse(stdout) as { GoMod: string; Dir: string };
}

/** Without its `go` line a module file counts as ancient, and resolving it takes minutes instead of seconds. */
const goLine = (moduleFile: string) => /^go .+$/m.exec(moduleFile)?.[0] ?? 'go 1.24';

/** Kubernetes' own go.mod points its staging modules at folders of its repository; they are published beside it. */
function stagingReplaces(module: GoModule, moduleFile: string): string[] {
  const published = `v${module.version.replace(/^1\./, '0.')}`;
  return [...moduleFile.matchAll(/^\s*(\S+) => \.\/staging\/\S+$/gm)].map(
    ([, path]) => `replace ${path} => ${path} ${published}`,
  );
}

/** The name `go build` gives a package's program: its last element that is not a version. */
function builtName(path: string): string {
  const parts = path.split('/');
  const last = parts.pop() ?? '';
  return /^v\d+$/.test(last) ? (parts.pop() ?? last) : last;
}

async function compile(args: string[], cwd: string, names: string[], onProgress: Progress): Promise<void> {
  const started = Date.now();
  const child = spawn('go', ['build', ...args], {
    cwd,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  let said = '';
  let packages = 0;
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    packages += chunk.split('\n').length - 1;
    said = (said + chunk).slice(-4000);
  });
  const report = () =>
    onProgress(`building ${names.join(', ')}: ${packages} packages, ${Math.round((Date.now() - started) / 1000)} s`);
  report();
  const beat = setInterval(report, 15_000);
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearInterval(beat);
  report();
  if (code !== 0) throw new Error(`go build of ${names.join(', ')} failed:\n${said}`);
}
