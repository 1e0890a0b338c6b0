import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const main = new URL('../../../src/main/filesync.ts', import.meta.url).pathname;

export interface Line {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A program that runs beside the test. */
export interface Running {
  readonly pid: number;
  output(): string;
  lines(): Line[];
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

export function run(
  command: string,
  args: readonly string[],
  options: { argv0?: string; uid?: number; env?: NodeJS.ProcessEnv } = {},
): Running {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      output += part;
    });
  }
  const ended = new Promise<number | NodeJS.Signals | null>((done) => {
    child.on('close', (code, signal) => done(code ?? signal));
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    lines: () =>
      output
        .split('\n')
        .slice(0, -1)
        .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : [])),
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

export const filesync = (...args: readonly string[]) => run(process.execPath, [main, ...args]);

/** Waits until `look` gives something other than undefined or false. */
export async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await sleep(10)) {
    const found = look();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error(`waited in vain until ${what}`);
}
