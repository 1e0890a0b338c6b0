import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProc } from '../../../src/programs/topz/proc/folder.ts';
import { readMachine } from '../../../src/programs/topz/proc/machine.ts';
import { createSampler } from '../../../src/programs/topz/processes/sampler.ts';
import { createUsers, parseUsers, userId } from '../../../src/programs/topz/processes/users.ts';
import { type FakeProc, fakeProc } from './fake-proc.ts';
import { realClock } from './serve.ts';

let proc: FakeProc;
beforeEach(() => {
  proc = fakeProc(5);
});
afterEach(() => proc.remove());

const line = (name: string, id: number | string) => `${name}:x:${id}:0:text:/home:/bin/sh\n`;

describe('the user of a process', () => {
  it('is the effective one of /proc/<pid>/status', () => {
    expect(userId('Name:\ta\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n')).toBe(2);
    expect(userId('Name:\tUid: 1 2\n')).toBeNull();
    expect(userId('')).toBeNull();
  });

  it('has the name that its own root directory gives the id, in each container another one', () => {
    proc.put({ pid: 7, name: 'a', uid: 101, passwd: line('root', 0) + line('nginx', 101) });
    proc.put({ pid: 8, name: 'b', uid: 101, passwd: line('systemd-network', 101) });
    proc.put({ pid: 9, name: 'c', uid: 101 });
    proc.put({ pid: 10, name: 'd', uid: 7, passwd: line('root', 0) });
    proc.put({ pid: 11, name: 'e' });
    proc.write('11/status', '');
    const folder = openProc(proc.root);
    const sample = createSampler(folder, readMachine(folder), 'secrets', realClock).sample();
    const processes = sample.processes.toSorted((a, b) => a.pid - b.pid);
    expect(processes.map(({ pid, uid, user }) => [pid, uid, user])).toEqual([
      [7, 101, 'nginx'],
      [8, 101, 'systemd-network'],
      [9, 101, '101'],
      [10, 7, '7'],
      [11, null, ''],
    ]);
  });

  it('follows a user list that changes', () => {
    const name = createUsers(openProc(proc.root));
    proc.write('7/root/etc/passwd', line('old', 5));
    expect(name(7, 5)).toBe('old');
    proc.write('7/root/etc/passwd', line('newer', 5));
    expect(name(7, 5)).toBe('newer');
  });

  it('takes from a user list only what looks like a name', () => {
    const hostile = [
      line('a', 1),
      line('second', 1),
      line('<b>', 2),
      line('TOKEN=x', 3),
      line('x'.repeat(33), 4),
      line('\u202eevil', 5),
      line('b', 'x'),
      'token:with:colons\n',
      line('host$', 6),
    ];
    expect([...parseUsers(hostile.join(''))]).toEqual([
      [1, 'a'],
      [6, 'host$'],
    ]);
  });

  it('does not wait for a named pipe in its place', () => {
    proc.put({ pid: 7, name: 'a', uid: 101, passwd: '' });
    proc.put({ pid: 8, name: 'b', uid: 101, limit: '1000' });
    for (const path of ['7/root/etc/passwd', '8/root/sys/fs/cgroup/memory.max']) {
      spawnSync('sh', ['-c', 'rm "$0" && mkfifo "$0"', join(proc.root, path)]);
      expect(openProc(proc.root).text(path) ?? '').toBe('');
    }
    expect(createUsers(openProc(proc.root))(7, 101)).toBe('101');
  });
});
