// Finds or makes the programs a test cluster consists of. In this order: the folder KUBEBUILDER_ASSETS, the cache
// outside the checkout, the official envtest archive (where the internet is there), a build from Go modules.
//
//   const { etcd, kubectl } = await ensureBinaries(['etcd', 'kubectl']);   // name → absolute path
import { accessSync, constants, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cacheDirectory, type Progress, withCacheLock } from './cache.ts';
import { downloadEnvtest, envtestPrograms } from './envtest-archive.ts';
import { buildWithGo } from './go-build.ts';
import { type GoModule, goModules } from './go-modules.ts';
import { envtestVersion } from './versions.ts';

/** What says how preparation goes, where nobody asked for it elsewhere. */
export const progressToStderr: Progress = (message) => process.stderr.write(`  ${message}\n`);

/** Absolute paths of the named programs, made first where they are not there yet. */
export async function ensureBinaries<Name extends string>(
  names: readonly Name[],
  { onProgress = progressToStderr }: { onProgress?: Progress } = {},
): Promise<Record<Name, string>> {
  if (names.some((name) => !find(name))) {
    await withCacheLock('binaries', onProgress, () => make(names, onProgress));
  }
  const found = names.map((name) => [name, find(name)] as const);
  const missing = found.flatMap(([name, path]) => (path ? [] : [name]));
  if (missing.length > 0) throw new Error(`${missing.join(', ')} could not be prepared`);
  return Object.fromEntries(found) as Record<Name, string>;
}

async function make(names: readonly string[], onProgress: Progress): Promise<void> {
  const missing = () => names.filter((name) => !find(name));
  if (missing().some((name) => envtestPrograms.includes(name))) await downloadEnvtest(envtestFolder(), onProgress);
  for (const module of goModules) {
    const ours = missing().filter((name) => name in module.commands);
    if (ours.length > 0) await buildWithGo(module, ours, moduleFolder(module), onProgress);
  }
}

function find(name: string): string | undefined {
  const module = goModules.find((each) => name in each.commands);
  if (!module) throw new Error(`no recipe for a program named ${name}`);
  const folders = [process.env.KUBEBUILDER_ASSETS, moduleFolder(module)];
  if (envtestPrograms.includes(name)) folders.push(envtestFolder());
  return folders.flatMap((folder) => (folder ? [resolve(folder, name)] : [])).find(isExecutable);
}

function isExecutable(path: string): boolean {
  if (!existsSync(path)) return false;
  accessSync(path, constants.X_OK);
  return true;
}

const moduleFolder = (module: GoModule) => join(cacheDirectory(), `${module.name}-${module.version}`);
const envtestFolder = () => join(cacheDirectory(), `envtest-${envtestVersion}`);
