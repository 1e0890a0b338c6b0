import { quantityOf } from '../../core/units.ts';
import { type Kind, list, named, oneOf } from '../../flags/kinds.ts';
import type { Flag, FlagValues } from '../../flags/read-flags.ts';
import type { Command } from '../kit/command.ts';
import { address, durationWithin } from '../kit/kinds.ts';
import { maskModes } from './command/command.ts';

/** Below this period, the kernel's clock ticks blur the CPU figures. */
const period = durationWithin('250ms', '1m', '2s');

/** `/debug`, `debug/` or nothing; in the form `/debug`. */
const basePath: Kind<string> = {
  word: 'PATH',
  expected: 'letters, digits, ".", "_", "~" and "-" between slashes',
  read(text) {
    const path = text.replace(/^\/+|\/+$/g, '');
    if (path === '') return '';
    const isPlain = path.split('/').every((part) => /^[\w.~-]+$/.test(part) && !/^\.{1,2}$/.test(part));
    return isPlain ? `/${path}` : undefined;
  },
};

const hostPattern =
  /^(?:\*|[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?)(?:\.(?:\*|[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?))*$/i;

/** `topz.example.com,*.svc`: host names, in which each `*` stands for one label. */
const hosts: Kind<readonly string[]> = {
  word: 'NAME,…',
  expected: 'names without scheme and port, such as topz.example.com,*.example.com',
  read(text) {
    const names = list.read(text) ?? [];
    return names.every((name) => hostPattern.test(name)) ? names : undefined;
  },
};

/** `web=128Mi,db=1Gi`: bytes by the names of containers. */
const limits: Kind<ReadonlyMap<string, number>> = {
  word: 'NAME=SIZE,…',
  expected: 'names and sizes, such as web=128Mi,db=1Gi',
  read(text) {
    const sizes = new Map<string, number>();
    for (const entry of list.read(text) ?? []) {
      const [, name, size = ''] = /^([a-z0-9][a-z0-9-]*)=(\S+)$/.exec(entry) ?? [];
      const bytes = quantityOf(size);
      if (!name || bytes === undefined) return undefined;
      sizes.set(name, Math.floor(bytes));
    }
    return sizes;
  },
};

const folder: Kind<string> = {
  word: 'FOLDER',
  expected: 'a folder',
  read: (text) => text.replace(/(?<=.)\/+$/, '') || undefined,
};

/**
 * In the order of the documentation. No flag is called `port`: Kubernetes itself sets TOPZ_PORT beside a Service
 * `topz`.
 */
const flags = [
  {
    name: 'addr',
    env: 'TOPZ_ADDR',
    kind: address,
    default: ':8080',
    help: 'where to listen; without a host on all addresses',
  },
  { name: 'period', env: 'TOPZ_PERIOD', kind: period, default: '2s', help: 'time between two samples, 250ms to 1m' },
  {
    name: 'mask',
    env: 'TOPZ_MASK',
    kind: oneOf(maskModes),
    default: 'secrets',
    help: 'what command lines hide: secrets, all arguments, or nothing',
  },
  {
    name: 'token-file',
    env: 'TOPZ_TOKEN_FILE',
    kind: named('FILE'),
    help: 'file with the bearer token that clients must send',
  },
  {
    name: 'base-path',
    env: 'TOPZ_BASE_PATH',
    kind: basePath,
    default: '',
    help: 'path before /topz, behind a proxy that does not strip it',
  },
  {
    name: 'hosts',
    env: 'TOPZ_HOSTS',
    kind: hosts,
    default: '',
    help: 'host names to answer to, besides IP addresses and localhost; * stands for one label',
  },
  {
    name: 'limits',
    env: 'TOPZ_LIMITS',
    kind: limits,
    default: '',
    help: 'memory limits of containers whose cgroup cannot be read',
  },
  { name: 'proc', env: 'TOPZ_PROC', kind: folder, default: '/proc', help: 'the proc file system to read' },
] as const satisfies readonly Flag[];

/** Everything that can be set, read once at the start. */
export type Settings = FlagValues<typeof flags>;

/** The command line of topz. */
export const topz: Command<typeof flags> = { name: 'topz', summary: 'Shows the processes of a pod at /topz.', flags };
