import { isObject, type Json, type JsonObject } from '../../core/json.ts';
import type { Outcome } from '../../core/outcome.ts';
import { isSameStored } from '../../core/stored.ts';
import { inject } from '../../engine/inject.ts';
import type { InjectionRequest } from '../../engine/injection-request.ts';
import { type Removal, uninject } from '../../engine/uninject.ts';
import type { State } from '../../state/state.ts';
import { withClaims } from '../../workload/claims.ts';
import { patched } from '../../yaml-edit/edit-document.ts';

/** The outcome for a pod after the removal, if the pod was injected before and cannot stay as it is. */
export interface Anew {
  readonly outcome: Outcome;
  readonly removal: Removal | undefined;
}

/**
 * Injects a pod of a manifest. Sidecars of an earlier injection are taken out first, so that nothing stays of what its
 * annotations do not ask for any more. A pod that is what it would become stays as it is, also with the defaults of the
 * API server in it. `claims` are volumes that a controller adds to the pod.
 */
export function injectAnew(request: InjectionRequest, claims: readonly JsonObject[], state: State): Anew {
  const injected = (pod: Json | undefined) =>
    forWritten(inject({ ...request, pod: withClaims(pod, claims) }, state), pod);
  const asItIs = injected(request.pod);
  const removal = uninject(request.pod);
  const pod = removal && patched(request.pod ?? null, removal.edits);
  if (!removal || pod === undefined) return { outcome: asItIs, removal: undefined };
  const outcome = injected(pod);
  const stays =
    asItIs.kind === 'Unchanged' &&
    outcome.kind === 'Injected' &&
    isSameStored(patched(pod, outcome.patch), request.pod);
  return stays ? { outcome: asItIs, removal: undefined } : { outcome, removal };
}

/** The outcome for the template as it is written: where it has no volumes, the first one comes as a list. */
function forWritten(outcome: Outcome, pod: Json | undefined): Outcome {
  const spec = isObject(pod) ? pod.spec : undefined;
  if (outcome.kind !== 'Injected' || !isObject(spec) || spec.volumes != null) return outcome;
  const path = '/spec/volumes';
  const first = outcome.patch.find((edit) => edit.path === `${path}/-`);
  if (!first) return outcome;
  const patch = outcome.patch.map((edit) => (edit === first ? { ...edit, path, value: [edit.value] } : edit));
  return {
    ...{ ...outcome, patch },
    // On demand, because manifests do not need it.
    encoded: {
      get base64() {
        return Buffer.from(JSON.stringify(patch)).toString('base64');
      },
    },
  };
}
