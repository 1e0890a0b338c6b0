import type { Process } from './sampler.ts';

/**
 * Tells for each process the key of the container it belongs to:
 * - the runtime's id from its cgroup;
 * - without one, while others have one: ours (`own`), because only our own cgroup namespace hides its root's name;
 * - when nobody has one: the tree that it grew from (`tree-<pid>`), which in a shared PID namespace begins with a
 *   container's first process, whose parent is outside;
 * - threads of the kernel apart (`kernel`).
 */
export function groupOf(processes: readonly Process[]): (process: Process) => string {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const someNamed = processes.some((process) => process.container !== undefined);
  const roots = new Map<number, number>();

  function root(process: Process): number {
    const path: number[] = [];
    const met = new Set<number>();
    let at = process;
    // Ids are read one after another, so parents may be gone or, when ids are used again, even go round in a circle.
    for (;;) {
      const known = roots.get(at.pid);
      const parent = byPid.get(at.parent);
      path.push(at.pid);
      met.add(at.pid);
      if (known !== undefined || !parent || met.has(parent.pid)) {
        for (const pid of path) roots.set(pid, known ?? at.pid);
        return known ?? at.pid;
      }
      at = parent;
    }
  }

  return (process) => {
    if (process.kernel) return 'kernel';
    if (process.container) return process.container;
    return someNamed ? 'own' : `tree-${root(process)}`;
  };
}
