import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * One process of a made-up proc folder; what is left out is ordinary. Ticks are hundredths of a second, pages 4 KiB.
 */
export type FakeProcess = {
  pid: number;
  parent?: number;
  name: string;
  args?: string[];
  state?: string;
  ticks?: number;
  pages?: number;
  threads?: number;
  start?: number;
  kernel?: boolean;
  cgroup?: string;
  files?: number;
  container?: string;
  limit?: string;
  uid?: number;
  /** Content of the /etc/passwd in its root directory; without one topz may not look there. */
  passwd?: string;
};

export type FakeProc = {
  root: string;
  put(process: FakeProcess): void;
  end(pid: number): void;
  /** Replaces any file, with whatever content. */
  write(path: string, content: string | Buffer): void;
  uptime(seconds: number): void;
  remove(): void;
};

/** Makes a proc folder of ordinary files in the temporary directory; `self` is the process that topz shall be. */
export function fakeProc(self: number): FakeProc {
  const root = mkdtempSync(join(tmpdir(), 'topz-proc-'));
  const write = (path: string, content: string | Buffer) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  symlinkSync(String(self), join(root, 'self'));
  write('stat', 'cpu  1 2 3\ncpu0 1 2 3\ncpu1 1 2 3\ncpu2 1 2 3\ncpu3 1 2 3\nintr 0\n');
  write('meminfo', 'MemTotal:       16384000 kB\nMemFree: 1 kB\n');
  write('uptime', '10000.00 20000.00\n');
  write('sys/kernel/hostname', 'web-7d9c5b6f4d-x2x8k\n');
  return {
    root,
    write,
    put(process) {
      const folder = String(process.pid);
      write(`${folder}/stat`, statLine(process));
      write(`${folder}/cmdline`, (process.args ?? []).map((arg) => `${arg}\0`).join(''));
      const uid = process.uid ?? 0;
      write(
        `${folder}/status`,
        `Name:\t${process.name}\nUmask:\t0022\nUid:\t${uid + 1}\t${uid}\t${uid}\t${uid}\nGid:\t0\t0\t0\t0\n`,
      );
      if (process.passwd !== undefined) write(`${folder}/root/etc/passwd`, process.passwd);
      write(`${folder}/cgroup`, process.cgroup ?? '0::/\n');
      write(`${folder}/mountinfo`, mountinfo(process.container));
      if (process.limit) write(`${folder}/root/sys/fs/cgroup/memory.max`, `${process.limit}\n`);
      for (let i = 0; i < (process.files ?? 0); i++) write(`${folder}/fd/${i}`, '');
    },
    end: (pid) => rmSync(join(root, String(pid)), { recursive: true, force: true }),
    uptime: (seconds) => write('uptime', `${seconds.toFixed(2)} 0.00\n`),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A line as the kernel writes it, with all 52 fields. */
export function statLine(process: FakeProcess): string {
  const { pid, parent = 0, name, state = 'S', ticks = 0, pages = 250, threads = 1, start = 500_000 } = process;
  const flags = process.kernel ? 0x00200040 : 0x00400100;
  const user = Math.ceil(ticks * 0.75);
  const head = [state, parent, pid, pid, 0, -1, flags, 10, 0, 0, 0, user, ticks - user, 0, 0, 20, 0, threads, 0];
  const rest = [start, pages * 8192, pages, '18446744073709551615', ...Array<number>(27).fill(0)];
  return `${pid} (${name}) ${[...head, ...rest].join(' ')}\n`;
}

/**
 * The cgroup of a container as containerd writes it under systemd, seen from a container with a cgroup namespace of its
 * own.
 */
export function siblingCgroup(id: string): string {
  return `0::/../cri-containerd-${id}.scope\n`;
}

function mountinfo(container: string | undefined): string {
  const lines = ['22 27 0:21 / /proc rw,relatime - proc proc rw'];
  const uid = '5f0e4c1a-0f5a-4a59-8a39-0242ac120002';
  if (container) {
    const source = `/var/lib/kubelet/pods/${uid}/containers/${container}/1f2e3d4c`;
    lines.push(`571 566 254:1 ${source} /dev/termination-log rw,relatime - ext4 /dev/vda1 rw`);
  }
  return `${lines.join('\n')}\n`;
}
