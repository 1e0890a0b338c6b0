import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProc } from '../../../src/programs/topz/proc/folder.ts';
import { readMachine } from '../../../src/programs/topz/proc/machine.ts';
import { createContainers } from '../../../src/programs/topz/processes/containers.ts';
import { createSampler, type Process } from '../../../src/programs/topz/processes/sampler.ts';
import { type FakeProc, type FakeProcess, fakeProc, siblingCgroup } from './fake-proc.ts';
import { turnedClock } from './turned-clock.ts';

let proc: FakeProc;
let clock: ReturnType<typeof turnedClock>;
let sample: () => Process[];
let seconds = 10_000;

beforeEach(() => {
  proc = fakeProc(50);
  clock = turnedClock();
  seconds = 10_000;
  const folder = openProc(proc.root);
  const sampler = createSampler(folder, readMachine(folder), 'secrets', clock);
  sample = () => sampler.sample().processes;
});
afterEach(() => proc.remove());

/** Lets time pass and takes a sample. */
function later(passed: number): Process[] {
  seconds += passed;
  proc.uptime(seconds);
  clock.turn(passed * 1000);
  return sample();
}

const find = (processes: Process[], pid: number) => processes.find((one) => one.pid === pid);
const start = 900_000;

describe('CPU of one process', () => {
  it('is percent of one core between two samples', () => {
    proc.put({ pid: 7, name: 'a', ticks: 5000 });
    expect(find(sample(), 7)).toMatchObject({ cpu: 0, spent: 50 });
    proc.put({ pid: 7, name: 'a', ticks: 5050 });
    expect(find(later(2), 7)).toMatchObject({ cpu: 25, spent: 0.5 });
    proc.put({ pid: 7, name: 'a', ticks: 6650 });
    expect(find(later(2), 7)).toMatchObject({ cpu: 800 });
    expect(find(later(2), 7)).toMatchObject({ cpu: 0, spent: 0 });
  });

  it('of a process that began since the last sample counts from that sample', () => {
    sample();
    proc.put({ pid: 8, name: 'new', ticks: 100, start: 1_000_050 });
    expect(find(later(2), 8)).toMatchObject({ cpu: 50, spent: 1 });
  });

  it('of an old process that could not be read before is not its whole life in one interval', () => {
    sample();
    proc.put({ pid: 8, name: 'old', ticks: 360_000, start });
    expect(find(later(2), 8)?.cpu).toBe(0);
  });

  it('of a process id that is used again begins anew', () => {
    proc.put({ pid: 8, name: 'a', args: ['a', 'one'], ticks: 90_000, start });
    sample();
    proc.put({ pid: 8, name: 'a', args: ['a', 'two'], ticks: 20, start: 1_000_100 });
    expect(find(later(2), 8)).toMatchObject({ cpu: 10, spent: 0.2, command: 'a two' });
  });

  it('never falls below nothing', () => {
    proc.put({ pid: 8, name: 'a', ticks: 500, start });
    sample();
    proc.put({ pid: 8, name: 'a', ticks: 499, start });
    expect(find(later(2), 8)).toMatchObject({ cpu: 0, spent: 0 });
  });
});

describe('processes that come, change and go', () => {
  it('leave with their last file', () => {
    proc.put({ pid: 7, name: 'a', start });
    proc.put({ pid: 8, name: 'b', start });
    expect(sample()).toHaveLength(2);
    proc.end(7);
    expect(later(2).map((one) => one.pid)).toEqual([8]);
  });

  it('that vanish while they are read are left out, or shown by their name', () => {
    proc.write('7/cmdline', 'no stat any more\0');
    proc.write('8/stat', '');
    proc.put({ pid: 9, name: 'half gone', start });
    proc.end(9);
    proc.write('9/stat', `9 (half gone) S 1 9 9 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 ${start} 0 3 0`);
    expect(sample()).toEqual([expect.objectContaining({ pid: 9, command: '[half gone]', files: null })]);
  });

  it('that start another program show it at once', () => {
    proc.put({ pid: 7, name: 'sh', args: ['sh'], start });
    sample();
    proc.put({ pid: 7, name: 'nginx', args: ['nginx', '-g'], start });
    expect(find(later(2), 7)?.command).toBe('nginx -g');
  });

  it('that rename themselves show it within a few samples', () => {
    proc.put({ pid: 7, name: 'nginx', args: ['nginx'], start });
    sample();
    proc.put({ pid: 7, name: 'nginx', args: ['nginx: worker'], start });
    expect(find(later(2), 7)?.command).toBe('nginx');
    expect(find(later(12), 7)?.command).toBe('nginx: worker');
  });

  it('that have ended without being waited for stay in their container as zombies', () => {
    const id = 'a'.repeat(64);
    proc.put({ pid: 7, name: 'a', args: ['a'], cgroup: siblingCgroup(id), start });
    sample();
    proc.put({ pid: 7, name: 'a', args: [], cgroup: '0::/\n', state: 'Z', pages: 0, start });
    expect(find(later(2), 7)).toMatchObject({ command: '[a] <defunct>', container: id, rss: 0 });
  });
});

describe('containers', () => {
  const sort = (processes: FakeProcess[], limits: [string, number][] = []) => {
    for (const process of processes) proc.put(process);
    return createContainers(openProc(proc.root), 50, new Map(limits), clock).sort(sample());
  };
  const cgroup = (letter: string) => siblingCgroup(letter.repeat(64));
  const pause: FakeProcess = { pid: 1, name: 'pause', cgroup: cgroup('d'), start: 1 };
  const topz: FakeProcess = { pid: 50, name: 'node', container: 'topz', start: 30 };

  it('come from cgroups, with the names that the kubelet gave them; the app first, then topz, then the sandbox', () => {
    const web = { pid: 7, name: 'nginx', cgroup: cgroup('a'), container: 'web', start: 20 };
    const worker = { pid: 8, parent: 7, name: 'nginx', cgroup: cgroup('a'), start: 40 };
    const orphan = { pid: 60, parent: 1, name: 'sh', start: 50 };
    expect(sort([pause, topz, web, worker, orphan])).toMatchObject([
      { id: 'aaaaaaaaaaaa', name: 'web', own: false, processes: [{ pid: 7 }, { pid: 8 }] },
      { id: 'own', name: 'topz', own: true, processes: [{ pid: 50 }, { pid: 60 }] },
      { id: 'dddddddddddd', name: 'pod sandbox', own: false },
    ]);
  });

  it('come from the process tree where no cgroup names any', () => {
    const web = { pid: 7, name: 'nginx', start: 20 };
    const worker = { pid: 8, parent: 7, name: 'nginx', start: 40 };
    expect(sort([{ ...pause, cgroup: '' }, { ...topz, container: '' }, web, worker])).toMatchObject([
      { id: 'tree-7', name: 'nginx', processes: [{ pid: 7 }, { pid: 8 }] },
      { id: 'tree-50', name: 'node', own: true },
      { id: 'tree-1', name: 'pod sandbox' },
    ]);
  });

  it('have the threads of the kernel apart', () => {
    const kernel = { pid: 2, name: 'kthreadd', kernel: true, start: 0 };
    const thread = { pid: 3, parent: 2, name: 'rcu', kernel: true, start: 0 };
    expect(sort([kernel, thread, { pid: 1, name: 'init', start: 0 }, { ...topz, parent: 1 }])).toMatchObject([
      { id: 'tree-1', name: 'init', own: true },
      { id: 'kernel', name: 'kernel threads', limit: 'none', processes: [{ pid: 2 }, { pid: 3 }] },
    ]);
  });

  it('do not go round in circles when parents do', () => {
    const round = [
      { pid: 7, parent: 8, name: 'a', start: 20 },
      { pid: 8, parent: 7, name: 'b', start: 21 },
      { pid: 9, parent: 9, name: 'c', start: 22 },
    ];
    expect(sort(round).flatMap((one) => one.processes)).toHaveLength(3);
  });

  it('have limits from their cgroup, or from the settings where it is closed to us', () => {
    const web = { pid: 7, name: 'web', cgroup: cgroup('a'), container: 'web', limit: '1000', start: 20 };
    const db = { pid: 8, name: 'db', cgroup: cgroup('b'), container: 'db', start: 21 };
    const log = { pid: 9, name: 'log', cgroup: cgroup('c'), container: 'log', start: 22 };
    expect(
      sort(
        [web, db, log],
        [
          ['web', 5],
          ['db', 2000],
        ],
      ),
    ).toMatchObject([
      { name: 'web', limit: 1000, limitFrom: 'cgroup' },
      { name: 'db', limit: 2000, limitFrom: 'settings' },
      { name: 'log', limit: 'unreadable' },
    ]);
  });

  it('of the same name are told apart by their id', () => {
    const one = { pid: 7, name: 'a', cgroup: cgroup('a'), container: 'web', start: 20 };
    const two = { pid: 8, name: 'a', cgroup: cgroup('b'), container: 'web', start: 21 };
    expect(sort([one, two]).map((container) => container.name)).toEqual(['web', 'web bbbbbbbbbbbb']);
  });
});
