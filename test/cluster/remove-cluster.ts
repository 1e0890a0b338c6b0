// Takes a cluster down, in whatever state it is, and says what is left of one. All of it is synchronous, because it
// must also work in the last moment of a process.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { cgroupsOf, processesOf, removeCgroups } from './cgroups.ts';
import { folderOf } from './cluster-folder.ts';
import { linkOf } from './node-network.ts';

/** Ends every process, then removes cable, cgroups and folder. Does nothing where nothing is left. */
export function removeCluster(name: string): void {
  const folder = folderOf(name);
  endCluster(name);
  // The box's mounts were its own. Should one have come out all the same, it is not followed.
  until(`the folder of cluster ${name} to be empty`, () => {
    return spawnSync('rm', ['-rf', '--one-file-system', folder]).status === 0;
  });
  const family = dirname(folder);
  if (existsSync(family) && readdirSync(family).length === 0) rmdirSync(family);
}

/**
 * Ends every process, as a power cut does, and removes cable and cgroups. The folder stays, and with it the node's
 * disk.
 */
export function endCluster(name: string): void {
  until(`processes of cluster ${name} to end`, () => {
    const processes = [...processesOf(name), ...entering(name)];
    for (const pid of processes) kill(pid);
    return processes.length === 0;
  });
  until(`network link of cluster ${name} to go`, () => {
    // The kernel is about to delete it too, with the box: the command may find nothing to do.
    if (hasLink(name)) spawnSync('ip', ['link', 'delete', linkOf(name)]);
    return !hasLink(name);
  });
  until(`cgroups of cluster ${name} to be free`, () => removeCgroups(name));
}

/** What there is of a cluster outside of its box, in words; empty when it is gone without a trace. */
export function leftovers(name: string): string[] {
  const folder = folderOf(name);
  return [
    ...processesOf(name).map((pid) => `process ${pid}`),
    ...cgroupsOf(name).map((path) => `cgroup ${path}`),
    ...(hasLink(name) ? [`network link ${linkOf(name)}`] : []),
    ...(existsSync(folder) ? [`folder ${folder}`] : []),
    ...mounts()
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => `mount ${path}`),
  ];
}

/** Processes on their way into the box, which its cgroups don't show yet. */
function entering(name: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      const [, script, argument] = commandLine(pid);
      return script?.endsWith('/box/enter.sh') && argument === name;
    })
    .map(Number);
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // It ended while we looked.
  }
}

const hasLink = (name: string) => existsSync(`/sys/class/net/${linkOf(name)}`);

const mounts = () =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function until(what: string, done: () => boolean): void {
  const deadline = performance.now() + 120_000;
  while (!done()) {
    if (performance.now() > deadline) throw new Error(`waited 120 s in vain for ${what}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
}
