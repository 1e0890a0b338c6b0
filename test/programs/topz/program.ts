import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** topz as it is in the image, by the very build that makes it, with the page's folder beside it. */
export function bundle(): { file: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'topz-bundle-'));
  const built = spawnSync(process.execPath, [join(root, 'tools/build.ts'), folder], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  spawnSync('chmod', ['-R', 'a+rX', folder]);
  return { file: join(folder, 'topz.cjs'), remove: () => rmSync(folder, { recursive: true }) };
}

/** The command of the sidecar's container, as the catalog has it. */
export function catalogCommand(): string[] {
  const template = parse(readFileSync(join(root, 'src/catalog/topz.yaml'), 'utf8'));
  return template.spec.containers[0].command;
}

/** Whether PID and mount namespaces can be made here; that takes root or user namespaces. */
export const namespaces = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;

export type Running = {
  url: string;
  child: ChildProcess;
  pid: number;
  output: () => string;
  stop: () => Promise<number | null>;
};

/**
 * Starts a command that becomes topz, and waits until it says where it listens. `pid` is topz' own, as this machine
 * counts.
 */
export async function start(command: string[], env: Record<string, string> = {}): Promise<Running> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const url = await new Promise<string>((done, fail) => {
    const read = (part: Buffer) => {
      output += part;
      const found = /http:\/\/\S+(?=\/topz)/.exec(output)?.[0];
      if (found) done(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', (code) => fail(new Error(`ended with ${code}: ${output}`)));
    child.on('error', fail);
  });
  const ended = new Promise<number | null>((done) => child.on('exit', done));
  const pid = innermost(child.pid ?? 0);
  return {
    url,
    child,
    pid,
    output: () => output,
    stop() {
      process.kill(pid, 'SIGTERM');
      return ended;
    },
  };
}

/** unshare waits for its only child; a shell becomes topz itself. */
function innermost(pid: number): number {
  if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('unshare')) return pid;
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return child ? innermost(Number(child)) : pid;
}

/** CPU seconds used so far, and resident KiB now. */
export function costOf(pid: number): { seconds: number; rss: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return { seconds: (Number(fields[11]) + Number(fields[12])) / 100, rss };
}
