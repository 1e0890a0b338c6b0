// The cgroups of a box: in each hierarchy `sidecar-injector-testbed/<name>`. They also say which processes are the
// box's, so that no list of process numbers has to be kept, or believed.
import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const mountPoint = '/sys/fs/cgroup';
export const familyName = 'sidecar-injector-testbed';

/**
 * Boxes lay out cgroup v1 only; on a machine with v2 they would have to delegate controllers, which nobody has tried.
 */
export function requireCgroupV1(): void {
  if (hierarchies().length > 0) return;
  throw new Error(
    'this machine has cgroup v2 only, where the node has not been tried: use kind instead (--provider kind)',
  );
}

function hierarchies(): string[] {
  if (!existsSync(mountPoint)) return [];
  return readdirSync(mountPoint)
    .map((name) => join(mountPoint, name))
    .filter((path) => existsSync(join(path, 'cgroup.clone_children')));
}

/** The cgroups of this box that are there, innermost first. */
export function cgroupsOf(name: string): string[] {
  return hierarchies().flatMap((path) => subtree(join(path, familyName, name)));
}

/** The processes of the box itself, or of all that it contains. */
export function processesOf(name: string): number[] {
  return [...new Set(cgroupsOf(name).flatMap(processesIn))];
}

/** Removes the emptied cgroups. False where one is still in use. */
export function removeCgroups(name: string): boolean {
  for (const path of cgroupsOf(name)) attempt(() => rmdirSync(path));
  if (cgroupsOf(name).length > 0) return false;
  // The family goes with its last member.
  for (const path of hierarchies()) attempt(() => rmdirSync(join(path, familyName)));
  return true;
}

function subtree(path: string): string[] {
  if (!existsSync(path)) return [];
  const children = attempt(() => readdirSync(path, { withFileTypes: true })) ?? [];
  return [...children.filter((entry) => entry.isDirectory()).flatMap(({ name }) => subtree(join(path, name))), path];
}

function processesIn(path: string): number[] {
  const text = attempt(() => readFileSync(join(path, 'cgroup.procs'), 'utf8')) ?? '';
  return text.split('\n').filter(Boolean).map(Number);
}

/** Cgroups come and go while we look: what is not there any more is no error. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
