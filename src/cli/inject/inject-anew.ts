import type { Json, JsonObject } from '../../core/json.ts';
import type { Outcome } from '../../core/outcome.ts';
import { type InjectionRequest, inject } from '../../engine/inject.ts';
import { type Removal, uninject } from '../../engine/uninject.ts';
import type { State } from '../../state/state.ts';
import { patched } from '../../yaml-edit/edit-document.ts';
import { forWritten, withClaims } from './claims.ts';

/** The outcome for a pod after the removal, if the pod was injected before and cannot stay as it is. */
export interface Anew {
  readonly outcome: Outcome;
  readonly removal: Removal | undefined;
}

/**
 * Injects a pod of a manifest. Sidecars of a former injection are taken out first, so that nothing stays of what its
 * annotations do not ask for any more. A pod that has exactly what it asks for stays as it is. `claims` are volumes that a
 * controller adds to the pod.
 */
export function injectAnew(request: InjectionRequest, claims: readonly JsonObject[], state: State): Anew {
  const injected = (pod: Json | undefined) =>
    forWritten(inject({ ...request, pod: withClaims(pod, claims) }, state), pod);
  const asItIs = injected(request.pod);
  const removal = uninject(request.pod);
  const pod = removal && patched(request.pod ?? null, removal.edits);
  if (!removal || pod === undefined) return { outcome: asItIs, removal: undefined };
  const outcome = injected(pod);
  const stays = asItIs.kind === 'Unchanged' && outcome.kind === 'Injected' && isSame(asItIs.sidecars, outcome.sidecars);
  return stays ? { outcome: asItIs, removal: undefined } : { outcome, removal };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
