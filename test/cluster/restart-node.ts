// Ends programs of a node that runs, and starts them again as they were: the API server alone, or all of the node.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureBinaries } from './binaries.ts';
import { type Box, findBox, openBox } from './box.ts';
import { processesOf } from './cgroups.ts';
import { folderOf, indexOf } from './cluster-folder.ts';
import { type Daemon, untilReady } from './daemon.ts';
import { connect, networkOf } from './node-network.ts';
import { endCluster } from './remove-cluster.ts';
import { openRunningNode, type RunningNode } from './running-node.ts';

/** Those that need an API server and a containerd which answer. */
const others = ['kubelet', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'coredns'] as const;
type Name = 'etcd' | 'kube-apiserver' | 'containerd' | (typeof others)[number];

interface Program {
  readonly pid: number;
  readonly start: (box: Box) => Daemon;
}

/** A program of the node as it runs; its command line is all that it takes to start it again. */
function programOf(cluster: string, name: Name): Program {
  for (const pid of processesOf(cluster)) {
    const [command = '', ...args] = commandLine(pid);
    if (command.endsWith(`/${name}`)) return { pid, start: (box) => box.start(name, command, args) };
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

async function openNode(cluster: string): Promise<RunningNode> {
  return openRunningNode(cluster, await ensureBinaries(['kubectl', 'ctr', 'pause']), () => {});
}

const untilServing = (apiServer: Daemon, { kubectl }: RunningNode) =>
  untilReady(apiServer, async () => (await kubectl(['get', '--raw', '/readyz'])).code === 0);

/** Kills the API server, as the kernel does when memory runs out, and returns when a new one is ready. */
export async function restartApiServer(cluster: string): Promise<void> {
  const box = findBox({ name: cluster, folder: folderOf(cluster), lifetime: 'own' });
  if (!box) throw new Error(`the cluster "${cluster}" is not running`);
  const { pid, start } = programOf(cluster, 'kube-apiserver');
  process.kill(pid, 'SIGKILL');
  while (processesOf(cluster).includes(pid)) await sleep(50);
  await untilServing(start(box), await openNode(cluster));
}

/**
 * Cuts the power of the node, and starts it again with nothing but its disk. `early` is called when the API server is
 * ready and nothing else runs. Returns when every program has been started.
 */
export async function startCold(cluster: string, early: () => Promise<void>): Promise<void> {
  const [folder, node] = [folderOf(cluster), await openNode(cluster)];
  const etcd = programOf(cluster, 'etcd');
  const apiServer = programOf(cluster, 'kube-apiserver');
  const containerd = programOf(cluster, 'containerd');
  const rest = others.map((name) => programOf(cluster, name));
  endCluster(cluster);
  rmSync(join(folder, 'ready'));
  const box = await openBox({ name: cluster, folder, lifetime: 'own' });
  await connect(box, networkOf(cluster, indexOf(cluster)));
  etcd.start(box);
  await untilServing(apiServer.start(box), node);
  await early();
  await untilReady(containerd.start(box), async () => Boolean(await node.ctr('version')));
  for (const { start } of rest) start(box);
}
