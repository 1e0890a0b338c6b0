import { hash } from 'node:crypto';

/**
 * Gives each policy one of `most` slots, which are part of the names of its bindings: RBAC can limit the right to write
 * bindings to names, and the names of policies are not known to it beforehand. The slot follows from the name of the
 * policy; where an older policy has it, the next free one. So a policy that comes or goes moves few others. `names` are
 * the oldest first; those for which none is left have none.
 */
export function slotsOf(names: readonly string[], most: number): ReadonlyMap<string, string> {
  const slots = new Map<string, string>();
  const taken = new Set<number>();
  for (const name of names.slice(0, most)) {
    let slot = Number.parseInt(hash('sha256', name).slice(0, 8), 16) % most;
    while (taken.has(slot)) slot = (slot + 1) % most;
    taken.add(slot);
    slots.set(name, String(slot));
  }
  return slots;
}
