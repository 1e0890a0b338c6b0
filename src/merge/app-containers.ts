import { mergeVariable } from './env.ts';
import { mergeMount } from './mounts.ts';
import type { Merge, Placement } from './placement.ts';
import { targetsOf } from './targets.ts';

/** Gives the app containers that the sidecar is aimed at its volumes and its environment variables. */
export function mergeIntoApp(merging: Merge, placement: Placement): void {
  const { fragment, selected } = placement;
  if (fragment.mounts.length === 0 && fragment.env.length === 0) return;
  const found = targetsOf(merging.pod, placement, merging.names);
  if ('problems' in found) {
    merging.problems.push(...found.problems);
    return;
  }
  for (const index of found.targets) {
    for (const mount of fragment.mounts) mergeMount(merging, index, mount, selected);
    for (const variable of fragment.env) mergeVariable(merging, index, variable, selected);
  }
}
