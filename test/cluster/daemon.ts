// One long-running program of a test cluster: started with a log of its own, watched, and ended.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DaemonOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where `<name>.log` is written. */
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** `parent`: ends when this process does, however that ends. `own`: is left running. */
  readonly lifetime: 'parent' | 'own';
}

export interface Daemon {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** What ended it, once it has ended. */
  ending(): string | undefined;
  kill(): void;
  stop(): Promise<void>;
}

// util-linux's setpriv asks the kernel to end the child with its parent, which also covers kill -9 of the parent.
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => process.platform === 'linux' && existsSync(path));

/** What to run in place of this command so that it ends when this process does, however that ends. */
export function endingWithUs(command: string, args: readonly string[]): [string, readonly string[]] {
  return setpriv ? [setpriv, ['--pdeathsig', 'KILL', '--', command, ...args]] : [command, args];
}

/** Starts the program; its output goes to `<directory>/<name>.log`. */
export function startDaemon(options: DaemonOptions): Daemon {
  const { name, directory, lifetime } = options;
  const logFile = join(directory, `${name}.log`);
  const log = openSync(logFile, 'a');
  const asked = [options.command, options.args] as const;
  const [command, args] = lifetime === 'parent' ? endingWithUs(...asked) : asked;
  const child = spawn(command, args, {
    cwd: directory,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', log, log],
    detached: lifetime === 'own',
  });
  child.on('error', () => {}); // told below, and by whoever watches it
  closeSync(log);
  if (lifetime === 'own') child.unref();
  if (child.pid === undefined) throw new Error(`${name} can't be started: ${options.command}`);
  return watch(name, child, child.pid, logFile);
}

function watch(name: string, child: ChildProcess, pid: number, logFile: string): Daemon {
  let ending: string | undefined;
  const ended = new Promise<void>((resolve) => {
    const note = (how: string) => {
      ending = how;
      resolve();
    };
    child.once('exit', (code, signal) => note(signal ? `was ended by ${signal}` : `ended with code ${code}`));
    child.once('error', (error) => note(`could not be started: ${error.message}`));
  });
  const kill = () => void (ending === undefined && child.kill('SIGKILL'));
  return {
    name,
    pid,
    logFile,
    ending: () => ending,
    kill,
    async stop() {
      kill();
      await ended;
    },
  };
}

/** The last lines of a log, for the message of a failure. */
export function logTail(file: string, lines = 20): string {
  if (!existsSync(file)) return '(no log)';
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

/**
 * Asks `ready` again and again until it says yes; fails with the end of the daemon's log if it ends or takes too long.
 */
export async function untilReady(daemon: Daemon, ready: () => Promise<boolean>, seconds = 300): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await ready().catch(() => false))) {
    const ending = daemon.ending() ?? (performance.now() > deadline ? `is not ready after ${seconds} s` : undefined);
    if (ending) throw new Error(`${daemon.name} ${ending}. The end of its log:\n${logTail(daemon.logFile)}`);
    await sleep(100);
  }
}
