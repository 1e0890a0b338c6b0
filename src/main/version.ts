import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package file: beside the folder of the bundled program, or at the root of the source tree. */
const packageFile = ['..', '../..']
  .map((folder) => join(import.meta.dirname, folder, 'package.json'))
  .find((file) => existsSync(file));

/** The version of the injector, as its package says. */
export const version: string = packageFile ? JSON.parse(readFileSync(packageFile, 'utf8')).version : '0.0.0';

/** The injector's own image, which some built-in sidecars run, unless a setting names another (a mirror, a local build). */
export const ownImage = `ghcr.io/sidecar-injector/sidecar-injector:${version}`;
