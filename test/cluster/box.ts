// A box is the machine that a node believes it has: namespaces of its own for processes, mounts, network, IPC, host
// name and cgroups. Whatever the node's programs do inside (shims, overlay mounts, bridges, iptables chains, network
// namespaces) ends with the box's first process, by the kernel and not by us. So nothing of it is left, however the box
// ends.
//
// Outside there are only one folder, one cgroup in each hierarchy and one end of a virtual cable, all found by their
// names.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { processesOf, requireCgroupV1 } from './cgroups.ts';
import { type Daemon, logTail, startDaemon } from './daemon.ts';

const execute = promisify(execFile);
const scripts = join(import.meta.dirname, 'box');

export interface Box {
  /** The first process in the box, as the machine numbers it. */
  readonly pid: number;
  /** Runs a program inside and returns what it printed; fails with what it complained. */
  run(command: string, ...args: string[]): Promise<string>;
  /** Starts a long-running program inside; its log is `logs/<name>.log` of the folder. */
  start(name: string, command: string, args: readonly string[]): Daemon;
}

export interface BoxOptions {
  readonly name: string;
  readonly folder: string;
  /** `parent`: the box ends with this process. `own`: it is left running. */
  readonly lifetime: 'parent' | 'own';
}

/** Creates the namespaces and waits until they are furnished. */
export async function openBox({ name, folder, lifetime }: BoxOptions): Promise<Box> {
  requireCgroupV1();
  const logs = join(folder, 'logs');
  for (const each of [join(folder, 'var-lib'), join(folder, 'var-log'), logs]) mkdirSync(each, { recursive: true });
  const args = [join(scripts, 'enter.sh'), name, folder];
  const outer = startDaemon({ name: 'box', command: '/bin/sh', args, directory: logs, lifetime });
  for (let turns = 0; !existsSync(join(folder, 'ready')); turns++) {
    const ending = outer.ending() ?? (turns > 200 ? 'is not ready after 10 s' : undefined);
    if (ending) throw new Error(`the box ${ending}. The end of its log:\n${logTail(outer.logFile)}`);
    await sleep(50);
  }
  const box = findBox({ name, folder, lifetime });
  if (!box) throw new Error(`the box ended as soon as it was ready:\n${logTail(outer.logFile)}`);
  return box;
}

/** The box of this name, if it is there. */
export function findBox({ name, folder, lifetime }: BoxOptions): Box | undefined {
  const pid = processesOf(name).find(isFirst);
  if (!pid) return undefined;
  const namespaces = ['--target', String(pid), '--mount', '--pid', '--net', '--ipc', '--uts', '--cgroup', '--'];
  const inside = [...namespaces, '/bin/sh', join(scripts, 'join.sh')];
  return {
    pid,
    async run(command, ...args) {
      const { stdout } = await execute('nsenter', [...inside, command, ...args], { maxBuffer: 64 << 20 });
      return stdout;
    },
    start(daemon, command, args) {
      return startDaemon({
        ...{ name: daemon, command: 'nsenter', args: [...inside, command, ...args] },
        ...{ directory: join(folder, 'logs'), lifetime },
      });
    },
  };
}

/**
 * Number 1 in a process namespace right below ours: of all that is in the box's cgroups, only its first process is
 * that.
 */
function isFirst(pid: number): boolean {
  try {
    return /^NSpid:\t\d+\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false; // it ended while it was looked at
  }
}
