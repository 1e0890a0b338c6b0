// Sees to it that nothing of a cluster is left when whoever started it is killed outright. As a program it waits until
// its input ends, which it does with the process at the other end, and then removes what there is of that process's
// cluster.
import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { argv, stdin } from 'node:process';
import { leftovers, removeCluster } from '../../cluster/remove-cluster.ts';

/** A box of ours, or a cluster that kind has made on the machine's Docker, with the folder that belongs to it. */
export type Ours = { readonly box: string } | { readonly kind: string; readonly folder: string };

/** Starts the watcher. It belongs to no terminal and no process group of ours, so that it outlives us. */
export function removeAfterUs(ours: Ours): void {
  const child = spawn(process.execPath, [import.meta.filename, JSON.stringify(ours)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  if (child.stdin && 'unref' in child.stdin) (child.stdin as unknown as { unref(): void }).unref();
}

function remove(ours: Ours): void {
  if ('box' in ours) {
    if (leftovers(ours.box).length > 0) removeCluster(ours.box);
    return;
  }
  spawnSync('kind', ['delete', 'cluster', '--name', ours.kind]); // which does nothing where there is none
  rmSync(ours.folder, { recursive: true, force: true });
}

if (import.meta.filename === argv[1]) {
  const ours = JSON.parse(argv[2] ?? '') as Ours; // written above
  stdin.resume().on('end', () => remove(ours));
}
