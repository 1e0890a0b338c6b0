// What a Docker engine of our own takes.
import { execFileSync } from 'node:child_process';
import { requireCgroupV1 } from '../cgroups.ts';

/** @throws an error that says why Docker was not used, and names what this machine lacks for an engine of our own */
export function requireEngine(whyNotDocker: string): void {
  const lacking = [
    ...(process.platform === 'linux' ? [] : ['this is not Linux']),
    ...(process.getuid?.() === 0 ? [] : ['this is not root']),
    ...(succeeds(requireCgroupV1) ? [] : ['there is no cgroup v1']),
    ...(succeeds(() => execFileSync('apt-get', ['--version'])) ? [] : ['there is no apt-get']),
  ];
  if (lacking.length === 0) return;
  throw new Error(
    `--provider kind needs Docker: ${whyNotDocker}. Without it, the run starts an engine of its own, which takes Linux, ` +
      `root, cgroup v1 and a Debian mirror: ${lacking.join(', ')}.`,
  );
}

function succeeds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
