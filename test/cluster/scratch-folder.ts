// A temporary folder, and programs with it, that are gone when this process is, however it ends.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './cache.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Creates a folder whose name begins so; those of earlier runs that were killed outright are removed on the way. */
export function createScratchFolder(prefix = 'sidecar-injector-control-plane-'): string {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(prefix))) {
    const owner = Number(name.slice(prefix.length).split('-')[0]);
    if (owner > 0 && !isAlive(owner)) rmSync(join(tmpdir(), name), { recursive: true, force: true, maxRetries: 3 });
  }
  return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
}

/**
 * Calls `cleanUp` when the process exits or is told to, before those that were given earlier; the returned function
 * takes that back.
 */
export function atProcessEnd(cleanUp: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals) => {
    cleanUp();
    forget();
    // Nobody else listens: let the signal do what it does by default.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const forget = () => {
    process.off('exit', cleanUp);
    for (const signal of signals) process.off(signal, onSignal);
  };
  process.prependListener('exit', cleanUp);
  for (const signal of signals) process.prependListener(signal, onSignal);
  return forget;
}
