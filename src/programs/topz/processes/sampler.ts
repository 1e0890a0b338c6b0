import type { Clock } from '../clock.ts';
import { commandBytes, commandLine, type MaskMode, programName } from '../command/command.ts';
import { containerId } from '../proc/cgroup.ts';
import type { ProcFolder } from '../proc/folder.ts';
import { type Machine, uptime } from '../proc/machine.ts';
import { parseStat, type Stat } from '../proc/stat.ts';
import { createUsers, userId } from './users.ts';

/** One process as it was at one moment. */
export type Process = {
  pid: number;
  parent: number;
  /** Short name, at most 15 characters. */
  name: string;
  command: string;
  /** Effective user id; `null` when it cannot be read. */
  uid: number | null;
  /** The user's name where it can be read, else the id as text. */
  user: string;
  kernel: boolean;
  state: string;
  /** Percent of one core over the sample's interval. */
  cpu: number;
  /** CPU seconds used since the last sample; on the first sight of a process, since its start. */
  spent: number;
  /** Resident bytes; pages shared with other processes count in each of them. */
  rss: number;
  threads: number;
  /** Open files; `null` when the kernel does not tell us. */
  files: number | null;
  /** Seconds from the machine's start to the process'. */
  start: number;
  /** The runtime's container id, where the cgroup names one. */
  container: string | undefined;
};

/**
 * All processes at one moment. `interval` are the seconds since the sample before, `uptime` those since the machine's
 * start.
 */
export type Sample = { at: number; interval: number; uptime: number; processes: Process[] };

/** What changes seldom is read anew only after so long (milliseconds), not for all processes in the same sample. */
const detailsAge = 8000;

type Details = Pick<Process, 'name' | 'command' | 'uid' | 'user' | 'files' | 'container'>;
type Known = { stat: Stat; readAt: number; details: Details; detailsDue: number };

/**
 * Takes samples of a proc folder. A process is known by its id *and* its start, so an id that is used again is another
 * process. CPU is the ticks between two reads by the time between the same two reads, of that very process.
 */
export function createSampler(proc: ProcFolder, machine: Machine, mask: MaskMode, clock: Clock): { sample(): Sample } {
  const userName = createUsers(proc);
  let known = new Map<number, Known>();
  let last: { at: number; uptime: number } | undefined;

  function readDetails(pid: number, stat: Stat, before: Known | undefined): Details {
    const cmdline = stat.kernel || stat.state === 'Z' ? '' : (proc.text(`${pid}/cmdline`, commandBytes) ?? '');
    const files = machine.countsFilesBySize ? proc.size(`${pid}/fd`) : proc.count(`${pid}/fd`);
    const uid = userId(proc.text(`${pid}/status`, 2048) ?? '');
    return {
      uid,
      user: userName(pid, uid),
      name: programName(cmdline, stat.name),
      command: commandLine(cmdline, stat.name, stat.state, mask),
      files: files ?? null,
      // A process that has ended has left its cgroup already.
      container: (stat.state === 'Z' && before?.details.container) || containerId(proc.text(`${pid}/cgroup`) ?? ''),
    };
  }

  /**
   * Percent of one core. What began after the last sample used its ticks within the interval, however short it lived.
   */
  function share(stat: Stat, readAt: number, before: Known | undefined): number {
    const seconds = (readAt - (before?.readAt ?? last?.at ?? readAt)) / 1000;
    // Both figures are cut to whole ticks.
    const born = stat.start + 1 >= (last?.uptime ?? Number.POSITIVE_INFINITY) * machine.ticksPerSecond;
    if (seconds <= 0 || (!before && !born)) return 0;
    const ticks = stat.ticks - (before?.stat.ticks ?? 0);
    return (Math.max(0, ticks) / machine.ticksPerSecond / seconds) * 100;
  }

  function sample(): Sample {
    const at = clock.now();
    const up = uptime(proc) ?? at / 1000;
    const next = new Map<number, Known>();
    const processes: Process[] = [];
    for (const pid of proc.pids()) {
      const stat = parseStat(proc.text(`${pid}/stat`, 4096) ?? '');
      if (!stat) continue;
      const readAt = clock.now();
      const seen = known.get(pid);
      const before = seen?.stat.start === stat.start ? seen : undefined;
      const fresh = before && readAt < before.detailsDue && isSameProgram(before.stat, stat);
      const details = fresh ? before.details : readDetails(pid, stat, before);
      const detailsDue = fresh ? before.detailsDue : readAt + detailsAge + (pid % 8) * 500;
      next.set(pid, { stat, readAt, details, detailsDue });
      processes.push({
        pid,
        parent: stat.parent,
        kernel: stat.kernel,
        state: stat.state,
        cpu: share(stat, readAt, before),
        spent: Math.max(0, stat.ticks - (before?.stat.ticks ?? 0)) / machine.ticksPerSecond,
        rss: stat.pages * machine.pageSize,
        threads: stat.threads,
        start: stat.start / machine.ticksPerSecond,
        ...details,
      });
    }
    const interval = last ? (at - last.at) / 1000 : 0;
    known = next;
    last = { at, uptime: up };
    return { at, interval, uptime: up, processes };
  }

  return { sample };
}

/** Neither another program was started in the process (its name follows), nor has it ended. */
function isSameProgram(before: Stat, now: Stat): boolean {
  return before.name === now.name && (before.state === 'Z') === (now.state === 'Z');
}
