// Installs the Debian packages that a node needs and the machine lacks.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Progress } from './cache.ts';

const execute = promisify(execFile);

/** A program of the package → the package. */
const nodePackages: Readonly<Record<string, string>> = {
  '/usr/sbin/runc': 'runc',
  '/usr/lib/cni/bridge': 'containernetworking-plugins',
  '/usr/sbin/iptables': 'iptables',
  '/usr/bin/nsenter': 'util-linux',
  '/usr/sbin/ip': 'iproute2',
};

/** Makes sure of what a node calls: runc, the CNI plugins, iptables, ip and nsenter. */
export async function ensureNodePackages(onProgress: Progress): Promise<void> {
  const missing = Object.entries(nodePackages).flatMap(([program, name]) => (existsSync(program) ? [] : [name]));
  await installPackages(missing, onProgress);
}

/** Installs packages by apt-get; nothing to do for an empty list. */
export async function installPackages(packages: readonly string[], onProgress: Progress): Promise<void> {
  if (packages.length === 0) return;
  await requireApt(packages);
  onProgress(`installing ${packages.join(', ')}`);
  await apt(['update']);
  await apt(['install', '--yes', '--no-install-recommends', ...packages]);
}

async function requireApt(packages: readonly string[]): Promise<void> {
  await execute('apt-get', ['--version']).catch(() => {
    throw new Error(`${packages.join(', ')} must be installed, and this machine has no apt-get to do it`);
  });
  if (process.getuid?.() !== 0) throw new Error(`installing ${packages.join(', ')} takes root`);
}

async function apt(args: string[]): Promise<void> {
  const child = spawn('apt-get', ['--quiet', '--quiet', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(-4000);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`apt-get ${args.join(' ')} ended with ${code}:\n${said}`);
}
