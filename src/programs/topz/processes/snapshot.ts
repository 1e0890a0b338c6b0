import type { MaskMode } from '../command/command.ts';
import type { Machine } from '../proc/machine.ts';
import type { Container } from './containers.ts';
import type { Trend } from './history.ts';
import type { Process, Sample } from './sampler.ts';

/** One sample, as programs and the page get it; snapshot.schema.json describes it. */
export type Snapshot = {
  /** When the sample was taken, ISO 8601. */
  time: string;
  /** Seconds that the CPU figures cover. */
  interval: number;
  machine: { name: string; cores: number; memory: number };
  mask: MaskMode;
  /** Whether only our own container can be seen. */
  alone: boolean;
  containers: ContainerRow[];
  processes: ProcessRow[];
  /** Milliseconds since 1970 of the points of each `trend`, oldest first; only when asked for. */
  times?: number[];
};

export type ContainerRow = {
  id: string;
  name: string;
  own: boolean;
  cpu: number;
  rss: number;
  limit: number | null;
  limitFrom: 'cgroup' | 'settings' | 'none' | 'unreadable';
  /** Percent of the limit that the resident memory takes. */
  share: number | null;
  processes: number;
  threads: number;
  trend?: Trend;
};

export type ProcessRow = {
  pid: number;
  parent: number;
  container: string;
  name: string;
  command: string;
  uid: number | null;
  /** Name of the effective user, else its id as text; empty when it cannot be read. */
  user: string;
  kernel: boolean;
  state: string;
  /** Percent of one core. */
  cpu: number;
  rss: number;
  share: number | null;
  threads: number;
  files: number | null;
  started: string;
  /** Seconds. */
  age: number;
  trend?: Trend;
};

/**
 * Writes a sample and its containers down as a snapshot, taken at `date` on a machine that started at `booted` (both in
 * milliseconds since 1970; the start stays the same from sample to sample, so that `started` does).
 */
export function describe(
  sample: Sample,
  containers: readonly Container[],
  given: { machine: Machine; mask: MaskMode; booted: number; date: number },
): Snapshot {
  const { machine, mask, booted, date } = given;
  return {
    time: new Date(date).toISOString(),
    interval: round(sample.interval, 3),
    machine: { name: machine.name, cores: machine.cores, memory: machine.memory },
    mask,
    alone: isAlone(sample.processes, machine.self),
    containers: containers.map(containerRow),
    processes: containers.flatMap((container) =>
      container.processes.map((process) => processRow(process, container, sample.uptime, booted)),
    ),
  };
}

/** A process for as long as it lives; its id alone may be used again. */
export function processKey(row: ProcessRow): string {
  return `${row.pid} ${row.started}`;
}

/** In a PID namespace of our own we are the first process, or everything visible was started by us. */
function isAlone(processes: readonly Process[], self: number): boolean {
  if (self === 1) return true;
  const ours = new Set([self]);
  // Parents are listed before their children, except after the ids have come round.
  for (const process of processes) if (ours.has(process.parent)) ours.add(process.pid);
  return processes.every((process) => ours.has(process.pid));
}

function containerRow(container: Container): ContainerRow {
  const rss = sum(container.processes, (process) => process.rss);
  const { limit } = container;
  return {
    id: container.id,
    name: container.name,
    own: container.own,
    cpu: round(
      sum(container.processes, (process) => process.cpu),
      1,
    ),
    rss,
    limit: typeof limit === 'number' ? limit : null,
    limitFrom: typeof limit === 'number' ? container.limitFrom : limit,
    share: shareOf(rss, limit),
    processes: container.processes.length,
    threads: sum(container.processes, (process) => process.threads),
  };
}

function processRow(process: Process, container: Container, uptime: number, booted: number): ProcessRow {
  const { pid, parent, name, command, uid, user, kernel, state, rss, threads, files, start } = process;
  return {
    pid,
    parent,
    container: container.id,
    name,
    command,
    uid,
    user,
    kernel,
    state,
    cpu: round(process.cpu, 1),
    rss,
    share: shareOf(rss, container.limit),
    threads,
    files,
    started: new Date(Math.round(booted + start * 1000)).toISOString(),
    age: Math.max(0, Math.round(uptime - start)),
  };
}

function shareOf(bytes: number, limit: Container['limit']): number | null {
  return typeof limit === 'number' ? round((bytes / limit) * 100, 1) : null;
}

function sum(processes: readonly Process[], figure: (process: Process) => number): number {
  return processes.reduce((total, process) => total + figure(process), 0);
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
