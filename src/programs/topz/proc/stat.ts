/** What one line of `/proc/<pid>/stat` tells (proc_pid_stat(5)); times in clock ticks, memory in pages. */
export type Stat = {
  name: string;
  state: string;
  parent: number;
  kernel: boolean;
  ticks: number;
  threads: number;
  start: number;
  pages: number;
};

/** PF_KTHREAD of include/linux/sched.h: the process is a thread of the kernel. */
const kernelThread = 0x00200000;

/** Ticks of some thousand years: no machine runs longer, and dates can still be counted with. */
const startMax = 1e13;

/**
 * Parses the line; `undefined` when it is cut short or not such a line. The name stands in parentheses and may itself
 * hold spaces and parentheses (`1 (a) b) S …`), so it ends at the *last* closing one: no later field has any.
 */
export function parseStat(line: string): Stat | undefined {
  const open = line.indexOf('(');
  const close = line.lastIndexOf(')');
  if (open < 1 || close < open) return undefined;
  const fields = line.slice(close + 2).split(' ');
  const state = fields[0] ?? '';
  // Counted from the state, which is field 3 of the manual page.
  const [parent, flags, user, system, threads, start, pages] = [1, 6, 11, 12, 17, 19, 21].map((at) =>
    Number.parseInt(fields[at] ?? '', 10),
  );
  if (!/^[A-Za-z]$/.test(state)) return undefined;
  if (!whole(parent) || !whole(flags) || !whole(user) || !whole(system)) return undefined;
  if (!whole(threads) || !whole(start) || !whole(pages) || start < 0 || start > startMax) return undefined;
  return {
    name: line.slice(open + 1, close),
    state,
    parent: Math.max(0, parent),
    kernel: (flags & kernelThread) !== 0,
    ticks: Math.max(0, user + system),
    threads: Math.max(0, threads),
    start,
    // Older kernels count pages in batches and may show a little less than nothing.
    pages: Math.max(0, pages),
  };
}

function whole(value: number | undefined): value is number {
  return Number.isSafeInteger(value);
}
