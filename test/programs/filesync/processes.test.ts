import { uptime } from 'node:os';
import { describe, expect, it } from 'vitest';
import { listProcesses, type Process, processesCalled } from '../../../src/programs/filesync/processes.ts';

const process = (pid: number, parent: number, ...names: string[]): Process => ({
  pid,
  parent,
  user: 101,
  names,
  started: 0,
});
const pod = [
  process(1, 0, 'pause', 'pause'),
  process(7, 0, 'nginx', 'nginx: master process nginx -g daemon off;'),
  process(8, 7, 'nginx', 'nginx: worker process'),
  process(9, 0, 'MainThread', 'node'),
  process(20, 9, 'sh', 'sh'),
  process(21, 20, 'MainThread', 'node'),
  process(30, 0, 'a-name-with-mor', 'java'),
];

describe('processes', () => {
  it.each([
    ['nginx', [7]],
    ['node', [9, 21]],
    ['a-name-with-more-than-15', [30]],
    ['java', [30]],
    ['ngin', []],
    ['worker', []],
  ])('called %s are %j', (name, pids) => {
    expect(processesCalled(name, pod).map(({ pid }) => pid)).toEqual(pids);
  });

  it('of this machine are read without this one', () => {
    const all = listProcesses('/proc');
    const { pid, ppid } = globalThis.process;
    expect(all.some((each) => each.pid === pid)).toBe(false);
    expect(all.find((each) => each.pid === ppid)?.names[1]).not.toBe('');
    const started = all.find((each) => each.pid === ppid)?.started ?? 0;
    expect(uptime() * 1000 - started).toBeGreaterThan(0);
    expect(started).toBeGreaterThan(0);
    expect(all.every(({ parent, user }) => parent >= 0 && user >= 0)).toBe(true);
  });
});
