import { afterEach, describe, expect, it } from 'vitest';
import { containerId, memoryLimit } from '../../../src/programs/topz/proc/cgroup.ts';
import { openProc } from '../../../src/programs/topz/proc/folder.ts';
import { readMachine, uptime } from '../../../src/programs/topz/proc/machine.ts';
import { containerName } from '../../../src/programs/topz/proc/mounts.ts';
import { parseStat } from '../../../src/programs/topz/proc/stat.ts';
import { type FakeProc, fakeProc, statLine } from './fake-proc.ts';

let proc: FakeProc | undefined;
afterEach(() => proc?.remove());

describe('/proc/<pid>/stat', () => {
  it.each(['cat', 'a b', 'a) b', '(sd-pam)', ') R 1 (', 'tmux: server', '', '((('])(
    'a process that is called %j',
    (name) => {
      const stat = parseStat(
        statLine({ pid: 7, parent: 3, name, state: 'D', ticks: 123, threads: 4, start: 99, pages: 5 }),
      );
      expect(stat).toEqual({ name, parent: 3, state: 'D', ticks: 123, threads: 4, start: 99, pages: 5, kernel: false });
    },
  );

  it('a thread of the kernel', () => {
    expect(parseStat(statLine({ pid: 2, name: 'kthreadd', kernel: true }))?.kernel).toBe(true);
  });

  it('is nothing when cut short or something else', () => {
    const line = statLine({ pid: 7, name: 'cat' });
    for (const end of [0, 1, 5, 10, 40]) expect(parseStat(line.slice(0, end))).toBeUndefined();
    expect(parseStat('cpu 1 2 3')).toBeUndefined();
  });

  it('shows no less than nothing', () => {
    expect(parseStat(statLine({ pid: 7, name: 'cat', pages: -3 }))?.pages).toBe(0);
  });

  it('of this very process says what the runtime says', () => {
    const own = parseStat(openProc('/proc').text('self/stat') ?? '');
    expect(own?.parent).toBe(process.ppid);
    expect(own?.threads).toBeGreaterThan(1);
  });
});

const id = '3f2a'.repeat(16);
const kind = 'ab12'.repeat(16);
const pod = 'pod5f0e4c1a_0f5a_4a59_8a39_0242ac120002';

describe('the container in /proc/<pid>/cgroup', () => {
  it.each([
    [
      'containerd, v2, systemd',
      `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-${pod}.slice/cri-containerd-${id}.scope`,
    ],
    ['containerd, v2, systemd, from a sibling', `0::/../cri-containerd-${id}.scope`],
    ['containerd, v2, cgroupfs', `0::/kubepods/besteffort/pod5f0e4c1a-0f5a-4a59-8a39-0242ac120002/${id}`],
    ['CRI-O, v2', `0::/kubepods.slice/kubepods-${pod}.slice/crio-${id}.scope`],
    ['CRI-O, v2, a group of its own inside', `0::/kubepods.slice/kubepods-${pod}.slice/crio-${id}.scope/container`],
    ['docker, systemd', `0::/system.slice/docker-${id}.scope`],
    ['docker, v1, cgroupfs', `12:pids:/docker/${id}\n11:memory:/docker/${id}\n1:name=systemd:/docker/${id}`],
    [
      'containerd, v1',
      `11:memory:/kubepods/burstable/pod5f0e/${id}\n10:cpu,cpuacct:/kubepods/burstable/pod5f0e/${id}\n0::/`,
    ],
    [
      'containerd, v1, systemd, a slice with colons',
      `5:memory:/system.slice/containerd.service/kubepods-${pod}.slice:cri-containerd:${id}`,
    ],
    [
      'a node that is a container itself',
      `0::/docker/${kind}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-${pod}.slice/cri-containerd-${id}.scope`,
    ],
  ])('%s', (_, text) => expect(containerId(`${text}\n`)).toBe(id));

  it.each(['', '0::/\n', '0::/user.slice/user-1000.slice/session-2.scope\n', `0::/${id}0\n`, 'nonsense'])(
    'none in %j',
    (text) => {
      expect(containerId(text)).toBeUndefined();
    },
  );
});

describe('the memory limit of a container', () => {
  const limit = (path: string, text: string) => {
    proc = fakeProc(1);
    proc.write(`7/root/sys/fs/cgroup/${path}`, text);
    return memoryLimit(openProc(proc.root), 7);
  };
  it('cgroup v2', () => expect(limit('memory.max', '134217728\n')).toBe(134_217_728));
  it('cgroup v2 without', () => expect(limit('memory.max', 'max\n')).toBe('none'));
  it('cgroup v1', () => expect(limit('memory/memory.limit_in_bytes', '67108864\n')).toBe(67_108_864));
  it('cgroup v1 without', () => expect(limit('memory/memory.limit_in_bytes', '9223372036854771712\n')).toBe('none'));
  it('closed to us', () => expect(limit('other', '1')).toBe('unreadable'));
  it('nonsense', () => expect(limit('memory.max', 'many\n')).toBe('unreadable'));
});

describe("a container's name in /proc/<pid>/mountinfo", () => {
  it.each([
    [
      '571 566 254:1 /var/lib/kubelet/pods/f2c2/containers/server/92ef860a /dev/termination-log rw - ext4 /dev/vda1 rw',
      'server',
    ],
    ['571 566 254:1 /pods/f2c2/containers/my-shell/0447d6c5 /tmp/last-words rw - xfs /dev/sdb rw', 'my-shell'],
    [
      '1 2 0:1 / /proc rw - proc proc rw\n5 6 8:1 /docker/volumes/m/_data/lib/kubelet/pods/f2/containers/a/1b /x rw - ext4 /dev/vda1 rw',
      'a',
    ],
    ['571 566 254:1 /var/lib/kubelet/pods/f2c2/etc-hosts /etc/hosts rw - ext4 /dev/vda1 rw', undefined],
    ['', undefined],
  ])('%s', (text, name) => expect(containerName(text)).toBe(name));
});

describe('a proc folder', () => {
  it('tells the constants of this machine', () => {
    const machine = readMachine(openProc('/proc'));
    expect(machine).toMatchObject({ ticksPerSecond: 100, self: process.pid });
    expect(machine.pageSize % 4096).toBe(0);
    expect(machine.memory).toBeGreaterThan(2 ** 27);
    expect(uptime(openProc('/proc'))).toBeGreaterThan(1);
  });

  it('that is empty or missing is no error', () => {
    const machine = readMachine(openProc('/nowhere'));
    expect(machine).toMatchObject({
      name: 'unknown',
      cores: 1,
      memory: 0,
      ticksPerSecond: 100,
      pageSize: 4096,
      self: 0,
    });
    expect(openProc('/nowhere').pids()).toEqual([]);
    expect(uptime(openProc('/nowhere'))).toBeUndefined();
  });

  it('reads no more of a file than it is told', () => {
    proc = fakeProc(1);
    proc.write('7/cmdline', 'x'.repeat(200_000));
    expect(openProc(proc.root).text('7/cmdline', 100)).toHaveLength(100);
    expect(openProc(proc.root).text('7/cmdline')).toHaveLength(65_536);
  });
});
