import type { InjectedSidecar, Operation } from '../core/outcome.ts';

/** The last patch of a plan and what it was encoded to; empty until there was one. */
export interface KeptPatch {
  patch: readonly Operation[];
  text: string;
}

const kept = new WeakMap<readonly InjectedSidecar[], KeptPatch>();

/** Makes a place for the patch of a plan that comes again; its list of sidecars is what the plan is known by. */
export function keepPatch(sidecars: readonly InjectedSidecar[]): void {
  kept.set(sidecars, { patch: [], text: '' });
}

/** The place for the patch of this plan, if the plan came again. */
export function keptPatch(sidecars: readonly InjectedSidecar[]): KeptPatch | undefined {
  return kept.get(sidecars);
}
