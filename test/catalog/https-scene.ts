// nginx on this machine, with the configuration that the template `https` gives it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { inject } from '../../src/engine/inject.ts';
import type { State } from '../../src/state/state.ts';
import { type Authority, type Certificate, createAuthority } from '../cluster/certificates.ts';
import { until } from '../e2e/pieces/until.ts';
import { builtInState } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';

export type Settings = Readonly<Record<string, string>>;

export interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly ports: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly lifecycle?: JsonObject;
}

export interface Woven {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly volumes: readonly JsonObject[];
  };
}

const podWith = (settings: Settings): JsonObject => ({
  metadata: {
    annotations: Object.fromEntries(Object.entries(settings).map(([key, value]) => [`sidecar.io/${key}`, value])),
  },
  spec: { containers: [{ name: 'app', image: 'app' }] },
});

export const outcomeOf = (settings: Settings, state: State = builtInState): Outcome =>
  inject({ pod: podWith(settings), namespace: 'default' }, state);

/** The pod with the sidecar. */
export function woven(settings: Settings, state: State = builtInState): Woven {
  const outcome = outcomeOf(settings, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  return apply(outcome.patch, podWith(settings)) as unknown as Woven;
}

/**
 * A folder that stands for the container's file system: what is at `/conf`, `/tls`, `/client-ca`, `/keys` and `/tmp`
 * there.
 */
export class Scene {
  readonly folder = mkdtempSync(join(tmpdir(), 'https-'));
  readonly said: string[] = [];
  private editions = 0;
  private readonly mounted = new Map<string, string>();
  private nginx: ChildProcess | undefined;
  private readonly tools: 'coreutils' | 'busybox';

  /** The shell and its tools are this machine's or those of busybox, which the image has. */
  constructor(tools: 'coreutils' | 'busybox' = 'coreutils') {
    this.tools = tools;
  }

  /** Writes the files of the pod's annotations, with paths of this folder. */
  configure(settings: Settings): readonly string[] {
    const { metadata, spec } = woven(settings);
    for (const name of ['conf', 'keys', 'tmp']) mkdirSync(join(this.folder, name), { recursive: true });
    for (const [key, text] of Object.entries(metadata.annotations)) {
      const file = /^files\.sidecar\.io\/sidecar-https\.(.+)$/.exec(key)?.[1];
      if (file) writeFileSync(join(this.folder, 'conf', file), this.here(text), { mode: 0o755 });
    }
    return spec.initContainers?.[0]?.command.map((word) => this.here(word)) ?? [];
  }

  /** Puts files into a folder as the kubelet does: all of them change at once, and those of before are gone. */
  mount(name: string, files: Readonly<Record<string, string>>): void {
    const folder = join(this.folder, name);
    const edition = `..${++this.editions}`;
    mkdirSync(join(folder, edition), { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      writeFileSync(join(folder, edition, file), text);
      if (!this.mounted.has(name)) symlinkSync(join('..data', file), join(folder, file));
    }
    symlinkSync(edition, join(folder, '..new'));
    renameSync(join(folder, '..new'), join(folder, '..data'));
    const before = this.mounted.get(name);
    if (before) rmSync(join(folder, before), { recursive: true });
    this.mounted.set(name, edition);
  }

  /** What nginx says of the configuration. */
  check(settings: Settings): { readonly status: number | null; readonly said: string } {
    const [, ...args] = this.configure(settings).slice(-5);
    copyFileSync(join(this.folder, 'conf/nginx.conf'), join(this.folder, 'tmp/nginx.conf'));
    mkdirSync(join(this.folder, 'keys/client-ca'), { recursive: true });
    copyFileSync(join(this.folder, 'client-ca/ca.crt'), join(this.folder, 'keys/client-ca/ca.crt'));
    const { status, stderr } = spawnSync('nginx', [...args, '-t'], { encoding: 'utf8' });
    return { status, said: stderr };
  }

  /**
   * Starts the container's command, and returns when nginx listens, also when it is started again. Root's nginx would
   * else give its workers to another user. With `pause`, the Secrets are looked at so often, in seconds.
   */
  async start(settings: Settings, { pause }: { readonly pause?: number } = {}): Promise<void> {
    const [, ...args] = this.configure(settings);
    if (pause !== undefined) {
      const script = join(this.folder, 'conf/follow');
      const text = readFileSync(script, 'utf8');
      expect(text).toContain('then sleep 5; else sleep 1; fi');
      writeFileSync(script, text.replaceAll(/sleep [15];/g, `sleep ${pause};`));
    }
    const tools = join(this.folder, 'tools');
    mkdirSync(tools, { recursive: true });
    if (this.tools === 'busybox') spawnSync('busybox', ['--install', '-s', tools]);
    const env = { ...process.env, PATH: `${tools}:${process.env.PATH}` };
    const command = this.tools === 'busybox' ? join(tools, 'sh') : 'sh';
    const user = process.getuid?.() === 0 ? ['-g', 'user root;'] : [];
    const before = this.said.length;
    this.nginx = spawn(command, [...args, ...user], { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    this.nginx.stderr?.setEncoding('utf8').on('data', (text: string) => this.said.push(text));
    const look = async () => this.said.slice(before).join('').includes('start worker process') || undefined;
    await until('nginx runs', look, { seconds: 60, every: 20 }).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.said.slice(before).join('')}`);
    });
  }

  /** Ends the container's first process and says in how many milliseconds it ended, and how. */
  stop(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly milliseconds: number }> {
    const started = performance.now();
    return new Promise((resolve) => {
      if (!this.nginx || this.nginx.exitCode !== null || this.nginx.signalCode !== null)
        return resolve({ code: null, milliseconds: 0 });
      this.nginx.once('exit', (code) => resolve({ code, milliseconds: performance.now() - started }));
      this.nginx.kill(signal);
    });
  }

  /** Kills all its processes at once, as the kernel does when the first one of a container is killed. */
  async kill(): Promise<void> {
    const { pid, stderr } = this.nginx ?? {};
    if (!pid || !stderr) return;
    const silent = stderr.closed ? undefined : once(stderr, 'close'); // all of them hold it open
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // All of them have ended already.
    }
    await silent;
  }

  async remove(): Promise<void> {
    await this.stop('SIGTERM');
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private here(text: string): string {
    const own = text.replace(/(?<![\w.])\/(conf|tls|client-ca|keys|tmp)(?=[/;\s]|$)/g, `${this.folder}/$1`);
    // A child of Node has a socket there, which nginx cannot open.
    return own.replaceAll('"/$1/', `"${this.folder}/$1/`).replace('/dev/stdout', join(this.folder, 'tmp/access.log'));
  }
}

export interface Keys {
  readonly authority: Authority;
  readonly server: Certificate;
}

export const shopSubject = {
  commonName: 'shop',
  hosts: ['shop.example.com', '*.shops.example', 'other.example.com', '127.0.0.1'],
};

/** An authority and a certificate for a server. */
export async function createKeys(): Promise<Keys> {
  const authority = await createAuthority('test');
  return { authority, server: await authority.issue(shopSubject) };
}

/** The certificate as the keys of a Secret of type kubernetes.io/tls. */
export const tlsFiles = ({ certificatePem, keyPem }: Certificate) => ({ 'tls.crt': certificatePem, 'tls.key': keyPem });
