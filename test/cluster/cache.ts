// The folder outside the checkout where built and downloaded programs are kept between runs.
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type Progress = (message: string) => void;

/** The cache of the test clusters: `$XDG_CACHE_HOME/sidecar-injector-testbed`, by default under `~/.cache`. */
export function cacheDirectory(...parts: string[]): string {
  const directory = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sidecar-injector-testbed', ...parts);
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** Is a process of this number alive (ours or not)? */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Runs `work` while no other process holds the lock of this name. It spares two runs building the same thing twice;
 * what they write is put in place by rename, so even a lock wrongly taken over does no harm.
 */
export async function withCacheLock<T>(name: string, onProgress: Progress, work: () => Promise<T>): Promise<T> {
  const file = join(cacheDirectory(), `${name}.lock`);
  for (let waited = 0; !tryLock(file); waited++) {
    if (waited % 30 === 0) onProgress(`waiting for another run that is preparing ${name}`);
    await sleep(1000);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    const descriptor = openSync(file, 'wx');
    writeSync(descriptor, String(process.pid));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    if (owner > 0 && !isAlive(owner)) rmSync(file, { force: true });
  } catch {
    // The owner let go between our two looks: the next turn gets it.
  }
  return false;
}
