// A run of the whole that is interrupted, or killed outright, leaves nothing on the machine.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAlive } from '../../cluster/cache.ts';
import { type MachineTraces, machineTraces } from '../../cluster/machine-traces.ts';
import { leftovers, removeCluster } from '../../cluster/remove-cluster.ts';

const name = 'killed';
let before: MachineTraces;

beforeEach(() => {
  before = machineTraces(name);
});
afterEach(() => removeCluster(name));

/** `npm run e2e`, without npm, until it says this. */
async function runUntil(provider: string, said: RegExp): Promise<ChildProcess> {
  const program = join(import.meta.dirname, '../run.ts');
  const args = ['--provider', provider, '--name', name, 'topz-examples'];
  // Also where the machine has Docker, kind runs on an engine of our own.
  const env = { ...process.env, DOCKER_HOST: 'unix:///nonexistent' };
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  for await (const chunk of child.stdout ?? []) {
    output += String(chunk);
    if (said.test(output)) return child;
  }
  throw new Error(`the run ended before it said ${said}:\n${output}`);
}

/** The process and all that it has started, directly or not. */
function familyOf(pid: number): number[] {
  const children = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && parentOf(entry) === pid);
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))];
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined; // It ended while we looked.
  }
}

it.each([
  ['SIGKILL', 'node', 'while the injector is being installed', /node up/],
  ['SIGKILL', 'node', 'in the middle of the suites', /RUN/],
  ['SIGINT', 'node', 'in the middle of the suites', /RUN/],
  ['SIGKILL', 'kind', 'while images are being loaded', /kind cluster up/],
] as const)(
  '%s of a run on %s %s: no process, mount, link, cgroup or folder is left',
  async (signal, provider, _, moment) => {
    const run = await runUntil(provider, moment);
    const family = familyOf(run.pid ?? 0);
    expect(family.length).toBeGreaterThan(3);
    run.kill(signal);
    await once(run, 'exit');
    await expect.poll(() => leftovers(name), { timeout: 300_000 }).toEqual([]);
    await expect.poll(() => family.filter(isAlive), { timeout: 300_000 }).toEqual([]);
    await expect.poll(() => machineTraces(name), { timeout: 300_000 }).toEqual(before);
  },
);
