// Runs the stand-in for git-sync and reads what it logs.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type LogLine = Record<string, string | number>;

/** Where the stand-in is. */
export const gitSync: string = join(import.meta.dirname, '../cluster/programs/git-sync/git-sync.sh');

export class GitSyncProcess {
  readonly log: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly exited: Promise<number | null>;
  /** When it has ended, and so have all that could still say something in its name. */
  readonly silent: Promise<number | null>;

  /**
   * Starts it with `temporary` as its home and only the variables given. `command` is what bash runs before the
   * arguments, the program itself or a script that ends in it.
   */
  constructor(
    temporary: string,
    args: readonly string[],
    environment: Record<string, string> = {},
    command: readonly string[] = [gitSync],
  ) {
    mkdirSync(temporary, { recursive: true });
    this.#child = spawn('bash', [...command, ...args], {
      env: { PATH: process.env.PATH, HOME: temporary, TMPDIR: temporary, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let text = '';
    this.#child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop() ?? '';
      this.log.push(...lines.map(read));
    });
    this.exited = new Promise((resolve) => this.#child.on('exit', resolve));
    this.silent = new Promise((resolve) => this.#child.on('close', resolve));
  }

  /** What it said so far. */
  get messages(): string[] {
    return this.log.map((line) => String(line.msg));
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Kills it with all its children, as the end of a container does. */
  async kill(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) return; // it could not be started
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // All of them are gone already.
    }
    await this.silent;
  }
}

/** A line of its log; what bash itself says, such as of a folder that has gone at the end, is no JSON. */
const read = (line: string): LogLine => (line.startsWith('{') ? (JSON.parse(line) as LogLine) : { msg: line });

/** Waits until `read` gives the value wanted, and fails with what it gave last. */
export async function eventually<T>(read: () => T, wanted: (value: T) => boolean, seconds = 60): Promise<T> {
  for (const end = performance.now() + seconds * 1000; ; await sleep(30)) {
    const value = attempt(read);
    if ('value' in value && wanted(value.value)) return value.value;
    if (performance.now() > end) throw new Error(`after ${seconds} s it is still ${JSON.stringify(value)}`);
  }
}

function attempt<T>(read: () => T): { value: T } | { error: string } {
  try {
    return { value: read() };
  } catch (error) {
    return { error: String(error) };
  }
}
