// Ends the API server of a node that runs, and starts it again as it was.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureBinaries } from './binaries.ts';
import { findBox } from './box.ts';
import { processesOf } from './cgroups.ts';
import { folderOf } from './cluster-folder.ts';
import { untilReady } from './daemon.ts';
import { openRunningNode } from './running-node.ts';

/** A program of the node as it runs. Its command line is all that it takes to start it again. */
function programOf(cluster: string, name: string) {
  for (const pid of processesOf(cluster)) {
    const [command = '', ...args] = commandLine(pid);
    if (command.endsWith(`/${name}`)) return { pid, command, args };
  }
  throw new Error(`no ${name} runs in the cluster "${cluster}"`);
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return []; // it ended while we looked
  }
}

/** Kills the API server, as the kernel does when memory runs out, and returns when a new one is ready. */
export async function restartApiServer(cluster: string): Promise<void> {
  const box = findBox({ name: cluster, folder: folderOf(cluster), lifetime: 'own' });
  if (!box) throw new Error(`the cluster "${cluster}" is not running`);
  const { pid, command, args } = programOf(cluster, 'kube-apiserver');
  const { kubectl } = openRunningNode(cluster, await ensureBinaries(['kubectl', 'ctr', 'pause']), () => {});
  process.kill(pid, 'SIGKILL');
  while (processesOf(cluster).includes(pid)) await sleep(50);
  const daemon = box.start('kube-apiserver', command, args);
  await untilReady(daemon, async () => (await kubectl(['get', '--raw', '/readyz'])).code === 0);
}
