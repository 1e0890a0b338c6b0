import type { ProcFolder } from './folder.ts';

/**
 * The runtime's id of the container that a process runs in, from its `/proc/<pid>/cgroup`; `undefined` when no path
 * there names one. Runtimes write it in different ways (v1 has a line per controller, v2 one line):
 * /kubepods/burstable/pod<uid>/<id> containerd, CRI-O, docker with cgroupfs
 * /kubepods.slice/…/kubepods-pod<uid>.slice/cri-containerd-<id>.scope containerd with systemd
 * /kubepods.slice/…/crio-<id>.scope · /system.slice/docker-<id>.scope CRI-O, docker with systemd
 * /../cri-containerd-<id>.scope the same, seen from a sibling's cgroup namespace The id is 64 hexadecimal digits; the
 * deepest one counts, because nodes themselves may be containers (kind).
 */
export function containerId(cgroup: string): string | undefined {
  for (const line of cgroup.split('\n')) {
    const ids = line.slice(line.lastIndexOf(':') + 1).match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g);
    if (ids) return ids.at(-1);
  }
  return undefined;
}

/**
 * A container's memory limit in bytes; `none` when it may use the whole node, `unreadable` when its files are closed to
 * us.
 */
export type MemoryLimit = number | 'none' | 'unreadable';

/** v1 writes "no limit" as the largest multiple of the page size (PAGE_COUNTER_MAX), above any real machine. */
const boundless = 2 ** 60;

/**
 * The memory limit of the container that a process runs in, read through its own root directory, where runtimes mount
 * its cgroup. The kernel allows that only to the same user without more capabilities than ours (ptrace(2), access mode
 * checking), so for the other containers of a pod it mostly works when they run as our user.
 */
export function memoryLimit(proc: ProcFolder, pid: number): MemoryLimit {
  const files = `${pid}/root/sys/fs/cgroup`;
  const text = proc.text(`${files}/memory.max`, 64) ?? proc.text(`${files}/memory/memory.limit_in_bytes`, 64);
  if (text === undefined) return 'unreadable';
  if (text.trim() === 'max') return 'none';
  const bytes = Number.parseInt(text, 10);
  if (!Number.isFinite(bytes) || bytes <= 0) return 'unreadable';
  return bytes >= boundless ? 'none' : bytes;
}
