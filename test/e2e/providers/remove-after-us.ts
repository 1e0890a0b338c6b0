// Sees to it that nothing of a node is left when whoever started it is killed outright. As a program it waits until its input
// ends, which it does with the process at the other end, and then takes down what there is of that process's cluster.
import { spawn } from 'node:child_process';
import { argv, stdin } from 'node:process';
import { leftovers, removeCluster } from '../../cluster/remove-cluster.ts';

/** Starts the watcher. It belongs to no terminal and no process group of ours, so that it outlives us. */
export function removeAfterUs(name: string): void {
  const child = spawn(process.execPath, [import.meta.filename, name], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  if (child.stdin && 'unref' in child.stdin) (child.stdin as unknown as { unref(): void }).unref();
}

if (import.meta.filename === argv[1]) {
  const [, , name = ''] = argv;
  stdin.resume().on('end', () => {
    if (leftovers(name).length > 0) removeCluster(name);
  });
}
