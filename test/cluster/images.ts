// Makes the images of image-recipes.ts, and others of the same kind, into the cache.
//
//   const files = await ensureImages(imageRecipes); await cluster.importImages(files); const file = await ensureImage({
//   key: 'stand-in', names: ['registry.example/x:1'], … }, { folders: ['test/e2e/stand-in'] });
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ensureBinaries, progressToStderr } from './binaries.ts';
import { cacheDirectory, type Progress, withCacheLock } from './cache.ts';
import { unpackPackages } from './debian-root.ts';
import { packImage } from './image-archive.ts';
import type { ImageRecipe } from './image-recipe.ts';

const execute = promisify(execFile);
const ownFolders = join(import.meta.dirname, 'images');
// To be raised when this file or debian-root.ts changes what an image contains.
const layout = 1;

interface Overlay {
  readonly from: string;
  readonly to: string;
}

export interface ImageOptions {
  readonly onProgress?: Progress;
  /** Folders whose content is laid over the packages', after `images/common` and `images/<key>`. */
  readonly folders?: readonly string[];
}

/** The archives of these recipes, made first where they are not in the cache. */
export async function ensureImages(recipes: readonly ImageRecipe[], options: ImageOptions = {}): Promise<string[]> {
  const files: string[] = [];
  for (const recipe of recipes) files.push(await ensureImage(recipe, options));
  return files;
}

/** The archive of one recipe. */
export async function ensureImage(recipe: ImageRecipe, options: ImageOptions = {}): Promise<string> {
  const { onProgress = progressToStderr, folders = [] } = options;
  const copies = Object.entries(recipe.copies ?? {}).map(([to, from]) => ({
    from: resolve(import.meta.dirname, from),
    to,
  }));
  const laidOver = [join(ownFolders, 'common'), join(ownFolders, recipe.key), ...folders].filter(existsSync);
  const overlays = [...laidOver.map((from) => ({ from, to: '/' })), ...copies];
  const file = join(cacheDirectory('images'), `${recipe.key}-${fingerprint(recipe, overlays)}.tar`);
  if (existsSync(file)) return file;
  return withCacheLock('images', onProgress, async () => {
    if (!existsSync(file)) await make(recipe, overlays, file, onProgress);
    return file;
  });
}

async function make(
  recipe: ImageRecipe,
  overlays: readonly Overlay[],
  file: string,
  onProgress: Progress,
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'sidecar-injector-image-'));
  try {
    await unpackPackages(recipe.packages, root, onProgress);
    if (recipe.node) cpSync(process.execPath, join(root, 'usr/bin/node'), { dereference: true });
    const programs = await ensureBinaries(Object.keys(recipe.programs ?? {}), { onProgress });
    for (const name in programs) cpSync(programs[name] ?? '', join(root, 'usr/bin', name));
    for (const { from, to } of overlays) cpSync(from, join(root, to), { recursive: true });
    for (const folder of ['/tmp', ...(recipe.open ?? [])]) {
      mkdirSync(join(root, folder), { recursive: true });
      chmodSync(join(root, folder), 0o1777);
    }
    chmodSync(root, 0o755);
    if (recipe.run) await execute('chroot', [root, ...recipe.run]);
    onProgress(`packing the image ${recipe.names.join(', ')}`);
    await packImage({ file, names: recipe.names, root, config: recipe.config });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Of everything that decides what the image contains, but for Debian's own updates. */
function fingerprint(recipe: ImageRecipe, overlays: readonly Overlay[]): string {
  const hash = createHash('sha256').update(JSON.stringify([layout, recipe, recipe.node && process.version]));
  for (const { from } of overlays) {
    for (const path of filesOf(from)) hash.update(path.slice(from.length)).update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 12);
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath, entry.name)).sort();
}
