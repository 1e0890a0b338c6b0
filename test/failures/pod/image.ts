// What the images of the sidecars have, taken from this machine: its programs, Node, the project's build, and a
// stand-in for git-sync.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { imageRecipes } from '../../cluster/image-recipes.ts';

const root = join(import.meta.dirname, '../../..');

/** Paths of this machine, and where a container has them. */
export const imageFiles: readonly (readonly [from: string, to: string])[] = [
  [process.execPath, '/image/node'],
  [join(root, 'test/cluster/programs/git-sync'), '/image/git-sync-stand-in'],
  [join(import.meta.dirname, 'git-sync'), '/git-sync'],
];

/** The search path of every container; its `node` is the one that runs the tests. */
export const searchPath = '/image:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin';

let built: string | undefined;
afterAll(() => {
  if (built) rmSync(built, { recursive: true, force: true });
});

/** The folder with the injector's own programs, built when it is asked for first. */
export function programsFolder(): string {
  if (!built) {
    built = mkdtempSync(join(tmpdir(), 'sidecar-injector-programs-'));
    execFileSync(process.execPath, [join(root, 'tools/build.ts'), built], { stdio: 'pipe' });
  }
  return built;
}

/** How the image starts and ends a container. */
export function imageConfig(image: string): {
  readonly entrypoint: readonly string[];
  readonly stopSignal: NodeJS.Signals;
} {
  const { Entrypoint = [], StopSignal = 'SIGTERM' } =
    imageRecipes.find(({ names }) => names.includes(image))?.config ?? {};
  return { entrypoint: Entrypoint, stopSignal: StopSignal as NodeJS.Signals };
}
