import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProc } from '../../../src/programs/topz/proc/folder.ts';
import { readMachine } from '../../../src/programs/topz/proc/machine.ts';
import { createSampler, type Sample } from '../../../src/programs/topz/processes/sampler.ts';
import { realClock } from './serve.ts';

/** Programs that use the CPU in different ways: one core in full, half of one, two threads, hardly at all. */
const programs = {
  'a busy loop': 'for (;;);',
  'half a core': 'setInterval(() => { const end = performance.now() + 20; while (performance.now() < end); }, 40)',
  'two threads':
    "const { Worker } = require('node:worker_threads'); for (let i = 0; i < 2; i++) new Worker('for (;;);', { eval: true }); setInterval(() => {}, 1000)",
  'much memory, no CPU': 'const held = Buffer.alloc(200 << 20, 1); setInterval(() => held.length, 1000)',
};

type Name = keyof typeof programs;
const names = Object.keys(programs) as Name[]; // exactly the keys written above
const children = new Map<Name, ChildProcess>();

/** Less waiting for other work on the machine makes moments sharper; only root may. The programs below inherit it. */
function hurry(priority: number): void {
  try {
    setPriority(priority);
  } catch {
    // Then the retries have to do.
  }
}

beforeAll(async () => {
  hurry(-15);
  for (const name of names) children.set(name, spawn(process.execPath, ['-e', programs[name]], { stdio: 'ignore' }));
  await wait(1500);
});
afterAll(() => {
  hurry(0);
  for (const child of children.values()) child.kill('SIGKILL');
});

const pidOf = (name: Name) => children.get(name)?.pid ?? 0;

/** The test's own reading of /proc: CPU seconds and the moment they were read at. */
function ownReading(pid: number): { at: number; seconds: number } {
  const at = performance.now();
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return { at, seconds: (Number(fields[11]) + Number(fields[12])) / 100 };
}

/** Runs top for two seconds and calls at the end of each frame that it writes; returns the last frame. */
async function top(pids: number[], framed: () => void): Promise<string> {
  const options = ['-b', '-d', '2', '-n', '2', '-p', pids.join(',')];
  const child = spawn('top', options, { env: { ...process.env, LC_ALL: 'C', COLUMNS: '200' } });
  let frame = '';
  for await (const part of child.stdout) {
    frame = /^\s*top - /.test(String(part)) ? String(part) : frame + part;
    if (
      frame
        .trimEnd()
        .split('\n')
        .filter((line) => /^ *\d+ /.test(line)).length === pids.length
    )
      framed();
  }
  return frame;
}

/** The column %CPU of a frame of top, percent of one core, by process id. */
function cpuOf(frame: string): Map<number, number> {
  const [head = [], ...rows] = frame
    .slice(frame.indexOf('PID USER'))
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return new Map(rows.map((row) => [Number(row[0]), Number(row[head.indexOf('%CPU')])]));
}

/** Samples and the test's own readings of /proc at the two moments between which top's last frame counts. */
async function compare() {
  const proc = openProc('/proc');
  const sampler = createSampler(proc, readMachine(proc), 'secrets', realClock);
  const looks: { sample: Sample; readings: ReturnType<typeof ownReading>[] }[] = [];
  const frame = await top(names.map(pidOf), () => {
    looks.push({ sample: sampler.sample(), readings: names.map((name) => ownReading(pidOf(name))) });
  });
  const [before, after] = looks.slice(-2);
  const seen = cpuOf(frame);
  return names.map((name, i) => {
    const nothing = { at: 0, seconds: 0 };
    const [first, second] = [before?.readings[i] ?? nothing, after?.readings[i] ?? nothing];
    return {
      name,
      topz: after?.sample.processes.find((process) => process.pid === pidOf(name))?.cpu ?? -1,
      proc: ((second.seconds - first.seconds) / (second.at - first.at)) * 100_000,
      top: seen.get(pidOf(name)) ?? -1,
    };
  });
}

/** Five percent of the greater figure, but never finer than one and a half of the kernel's ticks in two seconds. */
const near = (a: number, b: number) => Math.abs(a - b) <= Math.max(0.05 * Math.max(a, b), 0.75);

describe('CPU over the same two seconds', () => {
  it("is within 5 % of the test's own reading of /proc and of top", { retry: 9 }, async () => {
    const rows = await compare();
    const table = rows.map(
      ({ name, topz, proc, top: seen }) =>
        `${name}: topz ${topz.toFixed(1)}, /proc ${proc.toFixed(1)}, top ${seen.toFixed(1)}`,
    );
    process.stdout.write(`${table.join('\n')}\n`);
    for (const row of rows) {
      expect(near(row.topz, row.proc), table.join('; ')).toBe(true);
      // top reads a moment before it writes, longer on a busy machine: hence the retries.
      expect(near(row.topz, row.top), table.join('; ')).toBe(true);
    }
  });
});

describe('memory', () => {
  it.each(names)('of %s is within 5 %% of VmRSS and of ps', async (name) => {
    const pid = pidOf(name);
    const proc = openProc('/proc');
    const rss =
      createSampler(proc, readMachine(proc), 'secrets', realClock)
        .sample()
        .processes.find((one) => one.pid === pid)?.rss ?? 0;
    const status = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
    const ps = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
    process.stdout.write(`${name}: topz ${rss}, VmRSS ${status}, ps ${ps}\n`);
    expect(Math.abs(rss - status) / status).toBeLessThan(0.05);
    expect(Math.abs(rss - ps) / ps).toBeLessThan(0.05);
  });
});

describe('what else is told of a process', () => {
  it('agrees with ps', () => {
    const proc = openProc('/proc');
    const pid = pidOf('two threads');
    const sampler = createSampler(proc, readMachine(proc), 'off', realClock);
    const sample = sampler.sample();
    const process_ = sample.processes.find((one) => one.pid === pid);
    const [parent, threads, age, user, ...command] = execFileSync(
      'ps',
      ['-ww', '-o', 'ppid=,nlwp=,etimes=,user=,args=', '-p', String(pid)],
      { encoding: 'utf8' },
    )
      .trim()
      .split(/\s+/);
    expect(process_).toMatchObject({
      parent: Number(parent),
      threads: Number(threads),
      user,
      command: command.join(' '),
    });
    // In whole seconds, and asked between two samples.
    const ageIn = ({ uptime }: typeof sample) => uptime - (process_?.start ?? 0);
    expect(Number(age)).toBeGreaterThan(ageIn(sample) - 1.5);
    expect(Number(age)).toBeLessThan(ageIn(sampler.sample()) + 1.5);
    expect(process_?.files).toBeGreaterThan(3);
  });
});
