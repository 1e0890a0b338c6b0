// Ends a container in the way that each kind of cluster allows.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ensureBinaries } from '../../cluster/binaries.ts';
import { openRunningNode } from '../../cluster/running-node.ts';
import type { Target } from '../target.ts';
import { statusOf } from './pods.ts';
import type { Pod } from './shapes.ts';
import { until } from './until.ts';

const execute = promisify(execFile);

/** Ends the container's first process the hard way and returns when the kubelet has started it anew. */
export async function killContainer(target: Target, pod: Pod, container: string): Promise<void> {
  const before = await statusOf(target, pod, container);
  await kill(target, pod, container, before.containerID?.replace(/^\w+:\/\//, '') ?? '');
  const look = async () => {
    const { restartCount, started } = await statusOf(target, pod, container);
    return (restartCount > before.restartCount && started) || undefined;
  };
  await until(`container ${container} of ${pod.metadata.name} runs again`, look, { seconds: 180, every: 1000 });
}

async function kill(target: Target, { metadata }: Pod, container: string, id: string): Promise<void> {
  const command = ['task', 'kill', '--signal', 'SIGKILL', id];
  if (target.provider === 'node') {
    const node = openRunningNode(target.cluster, await ensureBinaries(['kubectl', 'ctr', 'pause']), () => {});
    await node.ctr(...command);
  } else if (target.docker) {
    const [docker, ...engine] = target.docker;
    const inNode = ['exec', `${target.cluster}-control-plane`, 'ctr', '--namespace', 'k8s.io'];
    await execute(docker, [...engine, ...inNode, ...command]);
  } else {
    const exec = ['exec', '-n', metadata.namespace, metadata.name, '-c', container, '--'];
    await target.run([...exec, ...fromInside(container)]);
  }
}

/**
 * Where containerd is out of reach. SIGKILL does not get to a container's first process from inside, so git-sync is
 * told to end; our own image has no shell, and where processes are shared, its process is not the first one.
 */
function fromInside(container: string): string[] {
  if (container.startsWith('sidecar-git')) return ['sh', '-c', 'kill -TERM 1'];
  const script = `const fs = require('fs');
    const pids = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name));
    const isOurs = (pid) => /^filesync|^logship|[/]topz[.]js/.test(fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8'));
    process.kill(Number(pids.find(isOurs)), 'SIGTERM');`;
  return ['node', '-e', script];
}
