// One container: the program that the template renders, as its user, in namespaces of its own for mounts and processes.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { endingWithUs } from '../../cluster/daemon.ts';
import { imageConfig, imageFiles, programsFolder, searchPath } from './image.ts';
import type { ContainerSpec } from './rendered.ts';
import type { Volumes } from './volumes.ts';

export interface ContainerOptions {
  /** Files to mount besides the volumes: their paths on this machine and in the container. */
  readonly files: readonly (readonly [from: string, to: string])[];
  /** What the program is started by, such as `env LD_PRELOAD=…`. */
  readonly wrapper: readonly string[];
}

/** Milliseconds that a container may take to end, as by default. */
const grace = 30_000;

/** The values of fields of the pod that no test looks at. */
const field = 'pod-field';

export class Container {
  readonly spec: ContainerSpec;
  readonly #volumes: Volumes;
  readonly #options: ContainerOptions;
  readonly #folder: string;
  readonly #logFile: string;
  #child: ChildProcess | undefined;
  #ended: Promise<number | null> = Promise.resolve(null);

  /** `folder` is for what the container needs on this machine. */
  constructor(spec: ContainerSpec, volumes: Volumes, folder: string, options: ContainerOptions) {
    this.spec = spec;
    this.#volumes = volumes;
    this.#options = options;
    this.#folder = folder;
    this.#logFile = join(folder, 'log');
    mkdirSync(join(folder, 'root'), { recursive: true });
    writeFileSync(this.#logFile, '');
    chmodSync(this.#logFile, 0o666); // the program may open /dev/stdout
  }

  /** Everything that it has written, over all its starts. */
  get log(): string {
    return readFileSync(this.#logFile, 'utf8');
  }

  /** When the program that was started last has ended, with its exit code. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  start(): void {
    const { image, command, args = [], securityContext } = this.spec;
    const program = [...this.#options.wrapper, ...(command ?? imageConfig(image).entrypoint), ...args];
    const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'];
    const user = [String(securityContext.runAsUser), String(securityContext.runAsGroup)];
    const furnish = ['/bin/sh', join(import.meta.dirname, 'furnish.sh'), join(this.#folder, 'root'), this.#mounts()];
    const [outer, rest] = endingWithUs('nsenter', [
      ...this.#volumes.inside,
      ...['unshare', ...namespaces, ...furnish, ...user, ...program],
    ]);
    const log = openSync(this.#logFile, 'a');
    const child = spawn(outer, rest, { env: this.#environment(), stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    this.#ended = new Promise((resolve) => child.on('close', (code) => resolve(code)));
  }

  /** Signals the first process of the container. The kernel ends all others with it. */
  signal(name: NodeJS.Signals): void {
    const first = this.#first();
    if (first !== undefined) kill(first, name);
  }

  /**
   * Whether the program is so far that it handles the signal of its image: until then, the kernel drops it. Node
   * handles SIGTERM from its start, by raising it again; our programs take their own names when they handle it
   * themselves.
   */
  get canStop(): boolean {
    const first = this.#first();
    if (first === undefined) return false;
    const status = readFileSync(`/proc/${first}/status`, 'utf8');
    if (/^Name:\s*(node|MainThread)$/m.test(status)) return false;
    const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
    const bit = BigInt(constants.signals[imageConfig(this.spec.image).stopSignal] - 1);
    return ((BigInt(`0x${caught}`) >> bit) & 1n) === 1n;
  }

  /** As the kubelet ends it: by the hook, by the signal of its image, and after a while by SIGKILL. */
  async stop(): Promise<number | null> {
    const hook = this.spec.lifecycle?.preStop.exec.command;
    if (hook) await this.exec(hook);
    this.signal(imageConfig(this.spec.image).stopSignal);
    const late = setTimeout(() => void this.kill(), grace);
    return this.#ended.finally(() => clearTimeout(late));
  }

  async kill(): Promise<void> {
    const first = this.#first();
    if (first === undefined) this.#child?.kill('SIGKILL');
    else kill(first, 'SIGKILL');
    await this.#ended;
  }

  /** Runs a command beside the program, as a probe does. */
  exec(command: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
    const { runAsUser, runAsGroup } = this.spec.securityContext;
    const first = this.#first();
    if (first === undefined) return Promise.resolve({ code: null, output: '' });
    const inside = ['--target', String(first), '--mount', '--pid', '--net', '--root', '--wdns=/'];
    const asUser = ['setpriv', '--reuid', String(runAsUser), '--regid', String(runAsGroup), '--clear-groups', '--'];
    const options = { env: this.#environment(), timeout: 10_000 };
    return new Promise((resolve) => {
      const child = execFile('nsenter', [...inside, ...asUser, ...command], options, (_, stdout, stderr) =>
        resolve({ code: child.exitCode, output: stdout + stderr }),
      );
    });
  }

  /** The number of the first process on this machine, while it runs. */
  #first(): number | undefined {
    const { pid } = this.#child ?? {};
    if (pid === undefined || !this.isRunning) return undefined;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children === '' ? undefined : Number(children);
  }

  #environment(): Record<string, string> {
    const own = (this.spec.env ?? []).map(({ name, value, valueFrom }) => {
      const { secretKeyRef } = valueFrom ?? {};
      return [name, value ?? (secretKeyRef ? this.#volumes.keyOf(secretKeyRef.name, secretKeyRef.key) : field)];
    });
    return { PATH: searchPath, ...Object.fromEntries(own) };
  }

  /** Writes the list for furnish.sh, and gives its path. */
  #mounts(): string {
    const list = join(this.#folder, 'mounts');
    const image = [
      ...imageFiles,
      ...(this.spec.command?.some((word) => word.startsWith('/app/dist/'))
        ? [[programsFolder(), '/app/dist'] as const]
        : []),
      ...this.#options.files,
    ].map(([from, to]) => `${from}\t${to}\tro\n`);
    const volumes = (this.spec.volumeMounts ?? []).map(
      ({ name, subPath, mountPath, readOnly }) =>
        `${this.#volumes.source(name, subPath)}\t${mountPath}\t${readOnly ? 'ro' : 'rw'}\n`,
    );
    writeFileSync(list, [...image, ...volumes].join(''));
    return list;
  }
}

/** Signals a process, which may have ended by itself since it was looked up. */
function kill(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
