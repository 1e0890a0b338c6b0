import type { Clock } from '../clock.ts';
import { type MemoryLimit, memoryLimit } from '../proc/cgroup.ts';
import type { ProcFolder } from '../proc/folder.ts';
import { containerName } from '../proc/mounts.ts';
import { groupOf } from './groups.ts';
import type { Process } from './sampler.ts';

/** The processes of one container, or what comes nearest to it. */
export type Container = {
  /**
   * Short and stable while the container lives: the beginning of the runtime's id, or `tree-<pid>`, `own`, `kernel`.
   */
  id: string;
  name: string;
  /** The container that this program runs in. */
  own: boolean;
  limit: MemoryLimit;
  /** Where the limit comes from: the cgroup of the container, or the flag `--limits`. */
  limitFrom: 'cgroup' | 'settings';
  /** When its first process began, in seconds since the machine's start. */
  start: number;
  processes: Process[];
};

/** What is known of a container beyond its processes. */
type Card = Pick<Container, 'name' | 'limit' | 'limitFrom'> & { due: number };

/** Milliseconds after which a container's name and limit are read anew. */
const cardAge = 10_000;

/**
 * Sorts processes into containers, names them and finds their memory limits. `limits` are bytes by container name, for
 * those whose cgroup we may not read.
 */
export function createContainers(
  proc: ProcFolder,
  self: number,
  limits: ReadonlyMap<string, number>,
  clock: Clock,
): { sort(processes: Process[]): Container[] } {
  let cards = new Map<string, Card>();

  function readCard(key: string, main: Process): Card {
    const named = containerName(proc.text(`${main.pid}/mountinfo`) ?? '');
    const read = key === 'kernel' ? 'none' : memoryLimit(proc, main.pid);
    const given = limits.get(named ?? '');
    const useGiven = read === 'unreadable' && given !== undefined;
    return {
      name: named ?? label(key, main),
      limit: useGiven ? given : read,
      limitFrom: useGiven ? 'settings' : 'cgroup',
      due: clock.now() + cardAge,
    };
  }

  return {
    sort(processes) {
      const members = Map.groupBy(processes, groupOf(processes));
      const next = new Map<string, Card>();
      const containers: Container[] = [];
      for (const [key, group] of members) {
        const main = group.reduce((first, one) => (one.start < first.start ? one : first));
        const seen = cards.get(key);
        const card = seen && clock.now() < seen.due ? seen : readCard(key, main);
        next.set(key, card);
        const { name, limit, limitFrom } = card;
        const own = group.some((one) => one.pid === self);
        containers.push({ id: key.slice(0, 12), name, own, limit, limitFrom, start: main.start, processes: group });
      }
      cards = next;
      tellApart(containers);
      return containers.sort((a, b) => rank(a) - rank(b) || a.start - b.start);
    },
  };
}

/** A name for what the kubelet has not named: its first process', except for those that everyone knows by another. */
function label(key: string, main: Process): string {
  if (key === 'kernel') return 'kernel threads';
  return main.name === 'pause' ? 'pod sandbox' : main.name;
}

/** The app first, then this program, then what merely keeps the pod and the machine going. */
function rank({ id, own, name }: Container): number {
  if (id === 'kernel') return 3;
  if (name === 'pod sandbox') return 2;
  return own ? 1 : 0;
}

/** A container that is being replaced, or two that are named after the same program, get the id behind the name. */
function tellApart(containers: Container[]): void {
  const taken = new Set<string>();
  for (const container of containers) {
    if (taken.has(container.name)) container.name += ` ${container.id}`;
    taken.add(container.name);
  }
}
