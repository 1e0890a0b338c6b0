// The volumes of a pod, in a mount namespace that lasts as long as the pod.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { endingWithUs } from '../../cluster/daemon.ts';
import type { RenderedPod, Volume } from './rendered.ts';

/** The content of Secrets and ConfigMaps: their names, and their keys. */
export type Contents = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface VolumeOptions {
  readonly contents?: Contents;
  /** Sizes such as `256k` of emptyDirs, by the end of their names: these are disks of their own, which can be full. */
  readonly sizes?: Readonly<Record<string, string>>;
  /** Whether the pod has no network but its own loopback. */
  readonly isolated?: boolean;
}

export class Volumes {
  readonly #folder: string;
  readonly #pod: RenderedPod;
  readonly #holder: ChildProcess;
  readonly #contents: Map<string, Readonly<Record<string, string>>>;
  #editions = 0;

  private constructor(folder: string, pod: RenderedPod, holder: ChildProcess, options: VolumeOptions) {
    this.#folder = folder;
    this.#pod = pod;
    this.#holder = holder;
    this.#contents = new Map(Object.entries(options.contents ?? {}));
  }

  /** Makes all volumes of the pod below a folder. */
  static async make(folder: string, pod: RenderedPod, options: VolumeOptions): Promise<Volumes> {
    const volumes = pod.spec.volumes ?? [];
    for (const { name } of volumes) {
      mkdirSync(join(folder, name), { recursive: true });
      chmodSync(join(folder, name), 0o777);
    }
    const disks = Object.entries(options.sizes ?? {}).map(([end, size]) => {
      const { name } = volumes.find((each) => each.emptyDir && each.name.endsWith(end)) ?? {};
      if (!name) throw new Error(`the pod has no emptyDir whose name ends with ${end}`);
      return `mount -t tmpfs -o mode=777,size=${size} disk '${join(folder, name)}'`;
    });
    const loopback = options.isolated ? ['ip link set lo up'] : [];
    const script = [...disks, ...loopback, 'echo made', 'exec sleep infinity'].join(' && ');
    const namespaces = ['--mount', '--propagation', 'private', ...(options.isolated ? ['--net'] : [])];
    const [command, args] = endingWithUs('unshare', [...namespaces, 'sh', '-c', script]);
    const holder = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    const made = new Volumes(folder, pod, holder, options);
    for (const volume of volumes) made.#write(volume);
    return made;
  }

  /** The arguments of nsenter that lead into the pod. */
  get inside(): readonly string[] {
    const pid = this.#holder.pid;
    return [`--mount=/proc/${pid}/ns/mnt`, `--net=/proc/${pid}/ns/net`];
  }

  /** A path in the volume whose name ends so, for this process. */
  path(end: string, ...parts: string[]): string {
    const { name } = this.#pod.spec.volumes?.find((each) => each.name.endsWith(end)) ?? {};
    if (!name) throw new Error(`the pod has no volume whose name ends with ${end}`);
    return join(`/proc/${this.#holder.pid}/root${this.#folder}`, name, ...parts);
  }

  /** The folder to mount, as the pod's namespace has it. */
  source(name: string, subPath = ''): string {
    const path = join(this.#folder, name, subPath);
    const here = join(`/proc/${this.#holder.pid}/root`, path);
    if (!existsSync(here)) {
      mkdirSync(here, { recursive: true });
      chmodSync(here, 0o777);
    }
    return path;
  }

  keyOf(name: string, key: string): string {
    const value = this.#contents.get(name)?.[key];
    if (value === undefined) throw new Error(`the Secret ${name} has no key ${key}`);
    return value;
  }

  /** A new edition of a Secret or a ConfigMap, which the kubelet brings; with another mode its files cannot be read. */
  renew(name: string, files: Readonly<Record<string, string>>, mode = 0o555): void {
    this.#contents.set(name, files);
    for (const volume of this.#pod.spec.volumes ?? []) if (sourcesOf(volume).includes(name)) this.#write(volume, mode);
  }

  async remove(): Promise<void> {
    const ended = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await ended;
  }

  #filesOf(volume: Volume): Readonly<Record<string, string>> | undefined {
    const { downwardAPI } = volume;
    if (downwardAPI)
      return Object.fromEntries((downwardAPI.items ?? []).map(({ path, fieldRef }) => [path, this.#field(fieldRef)]));
    const sources = sourcesOf(volume);
    return sources.length === 0
      ? undefined
      : Object.assign({}, ...sources.map((name) => this.#contents.get(name) ?? {}));
  }

  #field({ fieldPath }: { readonly fieldPath: string }): string {
    const key = /^metadata\.annotations\['(.+)'\]$/.exec(fieldPath)?.[1] ?? '';
    return this.#pod.metadata.annotations[key] ?? '';
  }

  /**
   * In the steps of the kubelet (pkg/volume/util/atomic_writer.go): a new folder, `..data` renamed, the old folder
   * removed.
   */
  #write(volume: Volume, mode = 0o555): void {
    const files = this.#filesOf(volume);
    if (!files) return;
    const folder = this.path(volume.name);
    const data = join(folder, '..data');
    const before = existsSync(data) ? readlinkSync(data) : undefined;
    const edition = `..edition-${++this.#editions}`;
    mkdirSync(join(folder, edition));
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, edition, name), text, { mode });
      if (!readdirSync(folder).includes(name)) symlinkSync(join('..data', name), join(folder, name));
    }
    symlinkSync(edition, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), data);
    if (before) rmSync(join(folder, before), { recursive: true });
  }
}

/** The Secrets and ConfigMaps that a volume shows; a later one counts where two have the same key. */
function sourcesOf({ secret, projected }: Volume): readonly string[] {
  if (secret) return [secret.secretName];
  return (projected?.sources ?? []).map((source) => source.secret?.name ?? source.configMap?.name ?? '');
}
