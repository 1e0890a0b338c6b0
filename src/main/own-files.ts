// What comes with a program: in a single-file executable, beside a bundled program, or in the source tree.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sea from 'node:sea';
import type { TemplateFile } from '../catalog/load.ts';

/** The first of these paths, relative to this file, that exists. */
const found = (...paths: readonly string[]) =>
  paths.map((path) => join(import.meta.dirname, path)).find((path) => existsSync(path));

/** The text of package.json, or undefined where a bundled program stands alone. */
export function packageText(): string | undefined {
  if (sea.isSea()) return sea.getAsset('package.json', 'utf8');
  const file = found('../package.json', '../../package.json');
  return file && readFileSync(file, 'utf8');
}

/** The built-in templates, in the order of their names. Throws if the program was installed without them. */
export function builtInTemplates(): readonly TemplateFile[] {
  if (sea.isSea()) {
    const keys = sea.getAssetKeys().filter((key) => key.startsWith('catalog/'));
    return keys.sort().map((key) => ({ name: key.slice('catalog/'.length), text: sea.getAsset(key, 'utf8') }));
  }
  const folder = found('catalog', '../catalog');
  if (folder === undefined) throw new Error(`The folder catalog is missing in ${import.meta.dirname}.`);
  const names = readdirSync(folder).filter((name) => /\.(json|yaml)$/.test(name));
  return names.sort().map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}
