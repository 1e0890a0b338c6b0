import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A process of the pod. Source: proc_pid_status(5), proc_pid_stat(5), proc_pid_cmdline(5). */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** The real user, who decides on who may send signals: kill(2). */
  readonly user: number;
  /** The kernel's name, at most 15 characters long, and the program's name as it was called. */
  readonly names: readonly string[];
  /** Milliseconds since the machine was booted, to a hundredth of a second. */
  readonly started: number;
}

/** `starttime` counts ticks since boot, a hundred a second on every architecture. Source: proc_pid_stat(5). */
const tick = 10;

/** All processes that live and can be seen, this one left out. */
export function listProcesses(proc: string): Process[] {
  const pids = readdirSync(proc).filter((name) => /^[1-9]\d*$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    try {
      const status = readFileSync(join(proc, pid, 'status'), 'utf8');
      const [program = ''] = readFileSync(join(proc, pid, 'cmdline'), 'utf8').split('\0');
      const field = (name: string) => new RegExp(`^${name}:\\t(\\S+)`, 'm').exec(status)?.[1] ?? '';
      if (field('State') === 'Z') return [];
      const names = [field('Name'), basename(program)];
      // The name, in parentheses, may hold anything; what follows it begins with the third field.
      const fields = readFileSync(join(proc, pid, 'stat'), 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      const started = Number(fields[22 - 3]) * tick;
      return [{ pid: Number(pid), parent: Number(field('PPid')), user: Number(field('Uid')), names, started }];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

/**
 * The processes of that name, without those that have a parent of the same name: a master hears of a change itself and
 * tells its workers, which often understand a signal in another way.
 */
export function processesCalled(name: string, all: readonly Process[]): Process[] {
  const short = name.slice(0, 15);
  const called = all.filter(({ names }) => names[0] === short || names[1] === name);
  return called.filter(({ parent }) => !called.some(({ pid }) => pid === parent));
}
