import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

export interface Bundle {
  /** The path of a program: `serve.cjs`. */
  readonly path: (program: string) => string;
  readonly remove: () => void;
}

/** The programs as they are in the image, by the very build that makes it. */
export function bundle(): Bundle {
  const folder = mkdtempSync(join(tmpdir(), 'sidecar-bundle-'));
  const built = spawnSync(process.execPath, [join(root, 'tools/build.ts'), folder], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  return { path: (program) => join(folder, program), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** How the image starts the server: the flags of Node, and the variable for glibc. */
export function imageStart(): { readonly flags: readonly string[]; readonly env: Record<string, string> } {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
  const [node, ...rest] = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]');
  if (node !== 'node') throw new Error('The ENTRYPOINT of the Dockerfile has another form.');
  return { flags: rest.slice(0, -1), env: { MALLOC_ARENA_MAX: /MALLOC_ARENA_MAX=(\d+)/.exec(dockerfile)?.[1] ?? '' } };
}
