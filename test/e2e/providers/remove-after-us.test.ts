// What is removed after a run that was killed outright.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { folderOf } from '../../cluster/cluster-folder.ts';
import { leftovers } from '../../cluster/remove-cluster.ts';
import type { Ours } from './remove-after-us.ts';

const watcher = join(import.meta.dirname, 'remove-after-us.ts');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sidecar-injector-after-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that starts the watcher, whose kind is only written down: Docker is not to be had in every place. */
async function startRun(ours: Ours): Promise<ChildProcess> {
  writeFileSync(join(folder, 'kind'), '#!/bin/sh\necho "$@" >"$0.called"\n', { mode: 0o755 });
  const script = `import { removeAfterUs } from ${JSON.stringify(watcher)};
    removeAfterUs(${JSON.stringify(ours)});
    console.log('started');
    setInterval(() => {}, 1000);`;
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  const args = ['--input-type=module', '-e', script];
  const run = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(run.stdout, 'data');
  return run;
}

it('a kind cluster is deleted, with its folder, when its run is killed, and not before', async () => {
  const called = join(folder, 'kind.called');
  const ours = { kind: 'mine', folder: join(folder, 'of-mine') } satisfies Ours;
  mkdirSync(ours.folder);
  const run = await startRun(ours);
  expect(existsSync(called)).toBe(false);
  run.kill('SIGKILL');
  await expect.poll(() => existsSync(ours.folder), { timeout: 60_000 }).toBe(false);
  expect(readFileSync(called, 'utf8')).toBe('delete cluster --name mine\n');
});

it('what is left of a box is removed when its run is killed', async () => {
  const box = 'afterus';
  mkdirSync(folderOf(box), { recursive: true });
  const run = await startRun({ box });
  expect(leftovers(box)).toEqual([`folder ${folderOf(box)}`]);
  run.kill('SIGKILL');
  await expect.poll(() => leftovers(box), { timeout: 60_000 }).toEqual([]);
});
