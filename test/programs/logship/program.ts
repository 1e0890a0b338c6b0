// logship as a program of its own, beside folders that stand for the volumes of its pod.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { until } from '../../e2e/pieces/until.ts';

/** The flags of Node that bound its memory, as in the command of the sidecar. */
const template = parse(readFileSync(new URL('../../../src/catalog/logs.yaml', import.meta.url), 'utf8'));
const heap = (template.spec.containers[0].command as readonly string[]).filter((word) => word.startsWith('--max-'));

const main = new URL('../../../src/main/logship.ts', import.meta.url).pathname;

export interface Running {
  readonly pid: number;
  /** The standard output. */
  output(): string;
  /** What it has to say for itself. */
  said(): string;
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

export interface Scene {
  readonly folder: string;
  /** Its logs as the app writes them. */
  readonly logs: string;
  /** A folder for a Secret. */
  readonly secret: string;
  /** Starts the program and waits until it is in place. */
  start(...args: readonly string[]): Promise<Running>;
  /** Starts it with all of these arguments and no others. */
  run(args: readonly string[]): Running & { readonly ended: Promise<number | NodeJS.Signals | null> };
  remove(): Promise<void>;
}

/**
 * Everything in the folder is called /var/log/app/… and is shipped if its name ends in `.log`, unless `args` say
 * otherwise.
 */
export function createScene(): Scene {
  const folder = mkdtempSync(join(tmpdir(), 'sidecar-injector-logs-'));
  const [logs, state, secret] = ['logs', 'state', 'secret'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [logs, state, secret]) mkdirSync(each);
  const running: Running[] = [];

  function run(args: readonly string[]) {
    const child = spawn(process.execPath, [...heap, main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, said] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      output += part;
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      said += part;
    });
    const ended = new Promise<number | NodeJS.Signals | null>((done) => {
      child.on('close', (code, signal) => done(code ?? signal));
    });
    const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    };
    const each = { pid: child.pid ?? 0, output: () => output, said: () => said, stop, ended };
    running.push(each);
    return each;
  }

  return {
    folder,
    logs,
    secret,
    run,
    async start(...args) {
      const places = [`--root=${logs}`, `--state=${state}`, '--folder=/var/log/app'];
      const files = args.some((arg) => arg.startsWith('--file=')) ? [] : ['--file=/var/log/app/*.log'];
      const each = run([...places, ...files, '--interval=50ms', ...args]);
      const inPlace = async () => each.said() !== '' || undefined;
      await until('logship is in place', inPlace, { seconds: 60, every: 10 });
      return each;
    },
    async remove() {
      await Promise.all(running.map(({ stop }) => stop('SIGKILL')));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
