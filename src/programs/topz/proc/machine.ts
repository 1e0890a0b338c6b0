import type { ProcFolder } from './folder.ts';

/** What stays the same as long as the machine runs. */
export type Machine = {
  /** The pod's name inside a pod: the containers share its host name. */
  name: string;
  cores: number;
  /** Bytes of the whole node, not of the pod. */
  memory: number;
  ticksPerSecond: number;
  pageSize: number;
  /** Our own process id, as this proc folder counts. */
  self: number;
  /** stat(2) of a `fd` folder gives the number of open files, whoever owns the process: Linux 6.2 and later. */
  countsFilesBySize: boolean;
};

/** Keys of the auxiliary vector that the kernel hands each program: include/uapi/linux/auxvec.h. */
const auxPageSize = 6n;
const auxClockTicks = 17n;

/** Reads the machine's constants; what cannot be read gets the value that Linux has nearly everywhere. */
export function readMachine(proc: ProcFolder): Machine {
  const aux = auxiliaryVector(proc.bytes('self/auxv'));
  const cores = (proc.text('stat') ?? '').match(/^cpu\d+ /gm)?.length;
  const memory = /^MemTotal:\s+(\d+) kB/m.exec(proc.text('meminfo') ?? '')?.[1];
  const listed = proc.count('self/fd');
  const size = proc.size('self/fd');
  return {
    name: proc.text('sys/kernel/hostname')?.trim() || 'unknown',
    cores: cores ?? 1,
    memory: Number(memory ?? 0) * 1024,
    ticksPerSecond: within(1, aux.get(auxClockTicks), 10_000) ?? 100,
    pageSize: within(4096, aux.get(auxPageSize), 2 ** 20) ?? 4096,
    self: Number(proc.link('self') ?? 0),
    // Listing opens the folder itself, so the two may differ by one or two.
    countsFilesBySize: listed !== undefined && size !== undefined && size > 0 && Math.abs(size - listed) <= 2,
  };
}

/** Seconds since the machine started, suspension included, as `starttime` counts; `undefined` if unreadable. */
export function uptime(proc: ProcFolder): number | undefined {
  const seconds = Number.parseFloat(proc.text('uptime', 64) ?? '');
  return within(0, seconds, 1e11);
}

function within(least: number, value: number | undefined, most: number): number | undefined {
  return value !== undefined && value >= least && value <= most ? value : undefined;
}

function auxiliaryVector(bytes: Buffer | undefined): Map<bigint, number> {
  const pairs = new Map<bigint, number>();
  if (!bytes) return pairs;
  const words = new BigUint64Array(new Uint8Array(bytes.subarray(0, bytes.length - (bytes.length % 16))).buffer);
  for (let i = 0; i + 1 < words.length; i += 2) pairs.set(words[i] ?? 0n, Number(words[i + 1] ?? 0n));
  return pairs;
}
