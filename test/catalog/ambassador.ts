// HAProxy as the template sets it up, run on this machine: the same configuration, but for the folders.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import type { CertificatePair } from '../../src/certificates/pair.ts';
import { inject } from '../../src/engine/inject.ts';
import { endingWithUs } from '../cluster/daemon.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { locate } from './programs.ts';

const day = 86_400_000;

export type Settings = Readonly<Record<string, string>>;

/** The outcome for a pod with these parameters of the sidecar. */
export function outcomeOf(settings: Settings, native = true) {
  const entries = Object.entries(settings).map(([name, value]) => [`sidecar.io/ambassador-${name}`, value]);
  const pod = { metadata: { annotations: Object.fromEntries(entries) }, spec: { containers: [{ name: 'web' }] } };
  return inject({ pod, namespace: 'shop' }, native ? builtInState : classicState);
}

/** The configuration that such a pod gets; undefined when it is refused. */
export function configurationOf(settings: Settings, native = true): string | undefined {
  const outcome = outcomeOf(settings, native);
  if (outcome.kind !== 'Injected') return undefined;
  const file = outcome.patch.find(({ path }) => path.endsWith('.haproxy.cfg'));
  return String(file?.value);
}

/** Stands for the file system of the container; its certificates are good for db.example.com. */
export interface Folder {
  readonly path: string;
  /** Signed the certificate. */
  readonly authority: CertificatePair;
  readonly server: CertificatePair;
  remove(): void;
}

export async function makeFolder(): Promise<Folder> {
  const path = mkdtempSync(join(tmpdir(), 'sidecar-injector-ambassador-'));
  const now = new Date();
  const authority = await issueAuthority({ commonName: 'authority', life: 2 * day, now });
  const server = await issueLeaf(authority, { commonName: 'db', life: day, now, names: ['db.example.com'] });
  for (const name of ['config', 'keys/now/ca', 'keys/now/client', 'socket', 'tmp'])
    mkdirSync(join(path, name), { recursive: true });
  writeFileSync(join(path, 'keys/now/ca/ca.crt'), authority.cert);
  writeFileSync(join(path, 'keys/now/client/tls.crt'), server.cert);
  writeFileSync(join(path, 'keys/now/client/tls.key'), server.key);
  return { path, authority, server, remove: () => rmSync(path, { recursive: true, force: true }) };
}

const env = { ...process.env, SIDECAR_NAMESPACE: 'shop' };
const program = locate('haproxy') ?? 'haproxy';

/** Writes the configuration of the sidecar, with paths of this folder. */
function written({ path }: Folder, settings: Settings, native: boolean): string {
  const text = configurationOf(settings, native);
  if (text === undefined) throw new Error(JSON.stringify(outcomeOf(settings, native)));
  const file = join(path, 'config/haproxy.cfg');
  writeFileSync(file, text.replaceAll(/(?<=[ "@])\/(tmp|keys|config|socket)\//g, `${path}/$1/`));
  return file;
}

/** What `haproxy -c` says of the configuration. */
export function check(folder: Folder, settings: Settings, native: boolean): string {
  const { stdout, stderr } = spawnSync(program, ['-c', '-V', '-f', written(folder, settings, native)], { env });
  return `${stdout}${stderr}`.replaceAll(/^\[NOTICE\].*\n/gm, ''); // which version it is
}

export interface Running {
  readonly process: ChildProcess;
  /** Everything that it has logged. */
  log(): string;
  /** When it has ended. */
  readonly ended: Promise<number | null>;
}

/** Starts it and returns when the socket of the startup probe is there. */
export async function start(folder: Folder, settings: Settings, native = true): Promise<Running> {
  const [command, args] = endingWithUs(program, ['-db', '-f', written(folder, settings, native)]);
  const socket = join(folder.path, 'tmp/haproxy.sock');
  rmSync(socket, { force: true });
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      said += String(data);
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  while (!existsSync(socket)) {
    if (child.exitCode !== null) throw new Error(`haproxy ended: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { process: child, log: () => said, ended };
}
