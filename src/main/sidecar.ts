import { readdirSync, readFileSync, statSync } from 'node:fs';
import { loadCatalog } from '../catalog/load-catalog.ts';
import type { Files } from '../cli/console.ts';
import { sidecar } from '../cli/sidecar.ts';
import { readStandardInput } from './standard-input.ts';
import { ownImage, version } from './version.ts';

const files: Files = {
  isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
  read: (path) => attempt(path, () => ({ bytes: readFileSync(path) })),
  list: (path) =>
    attempt(path, () => ({
      entries: readdirSync(path, { withFileTypes: true }).map((entry) => ({
        name: entry.name,
        isFolder: entry.isDirectory(),
      })),
    })),
};

const codes: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file or folder.',
  EACCES: 'You may not read it.',
};

function attempt<T>(path: string, act: () => T): T | { readonly message: string } {
  try {
    return act();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { message: `${path}: ${codes[code] ?? `It cannot be read (${code || String(error)}).`}` };
  }
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', () => process.exit());

process.exitCode = sidecar(
  {
    args: process.argv.slice(2),
    stdin: readStandardInput,
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    files,
    colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
  },
  { loadCatalog, injector: { version, image: ownImage } },
);
