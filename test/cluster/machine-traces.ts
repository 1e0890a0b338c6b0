// What a Kubernetes node leaves on a machine that runs it, listed so that before and after can be compared. What
// belongs to other clusters of ours, which may come and go meanwhile, is left out.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { familyName } from './cgroups.ts';
import { knownClusters } from './cluster-folder.ts';
import { programNames } from './node-programs.ts';

export interface MachineTraces {
  readonly processes: readonly string[];
  readonly links: readonly string[];
  readonly routes: readonly string[];
  readonly mounts: readonly string[];
  readonly networkNamespaces: readonly string[];
  readonly iptables: readonly string[];
  readonly cgroups: readonly string[];
  readonly forwarding: string;
  readonly folders: readonly string[];
}

/** Looks at the machine as it is now, with the eyes of whoever has only the cluster of this name. */
export function machineTraces(name: string): MachineTraces {
  const ofOther = (text: string) => otherClusterIn(text, name);
  const lines = (command: string, ...args: string[]) =>
    execFileSync(command, args, { encoding: 'utf8' }).split('\n').filter(Boolean);
  return {
    processes: nodeProcesses(name),
    links: readdirSync('/sys/class/net')
      .filter((link) => !ofOther(link))
      .sort(),
    routes: lines('ip', 'route', 'show', 'table', 'all').filter((line) => !ofOther(line)),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      .sort(),
    networkNamespaces: lines('ip', 'netns', 'list'),
    iptables: lines('iptables-save')
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.replace(/ \[.*\]$/, '')),
    cgroups: cgroupPaths()
      .filter((path) => isNodeCgroup(path) && !ofOther(path))
      .sort(),
    forwarding: readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim(),
    folders: ['/run', '/var/lib', '/var/log', '/var/tmp', '/etc/cni', '/opt']
      .flatMap(entriesOf)
      .filter(isNotShared(name)),
  };
}

/**
 * All of the machine. Dependencies fails where one ends meanwhile, such as that of somebody who logs out: then once
 * more.
 */
function cgroupPaths(attempts = 10): string[] {
  try {
    return readdirSync('/sys/fs/cgroup', { recursive: true, encoding: 'utf8' });
  } catch (error) {
    if (attempts <= 1) throw error;
    return cgroupPaths(attempts - 1);
  }
}

const isNodeCgroup = (path: string) => /sidecar-injector|k8s\.io|kubepods|besteffort|burstable/.test(path);

/** Does this text (a path, a route, a command line) speak of another cluster of ours? */
function otherClusterIn(text: string, name: string): boolean {
  const found = /sidecar-injector-testbed\/([a-z0-9]+)|sinj-([a-z0-9]+)/.exec(text);
  const cluster = found?.[1] ?? found?.[2];
  return cluster !== undefined && cluster !== name;
}

/** The folder of all clusters is a trace only where there is no other. */
const isNotShared = (name: string) => (path: string) =>
  path !== `/var/tmp/${familyName}` || knownClusters().every((each) => each === name);

/** Of a node's programs those that nothing else here runs; API servers of other suites may come and go meanwhile. */
function nodeProcesses(name: string): string[] {
  const shared = ['etcd', 'kube-apiserver', 'kubectl'];
  const names = [...programNames.filter((each) => !shared.includes(each)), 'nsenter', 'busybox'];
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const [, program = '', state] = /^\d+ \((.*)\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      const ofNode = names.some((each) => each.slice(0, 15) === program);
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const inFolder = command.includes(`/var/tmp/${familyName}/`);
      // A zombie has ended, and waits for whoever has inherited it to take notice.
      if (!(ofNode || inFolder) || state === 'Z') return [];
      return otherClusterIn(`${command} ${cgroupsOf(pid, command)}`, name) ? [] : [`${program} ${pid}`];
    } catch {
      return []; // not a process, or not any more
    }
  });
}

/** Those of the process, or of the one whose namespaces it has entered on its way into a box. */
function cgroupsOf(pid: string, command: string): string {
  const entered = /^nsenter\0--target\0(\d+)\0/.exec(command)?.[1];
  return readFileSync(`/proc/${entered ?? pid}/cgroup`, 'utf8');
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}
