import { annotationPath, mirrorKey } from '../core/annotations.ts';
import type { Json } from '../core/json.ts';
import type { InjectedSidecar, Outcome } from '../core/outcome.ts';
import { readPod } from '../core/pod.ts';
import type { ReasonCode } from '../core/problem.ts';
import type { Layer } from '../core/source.ts';
import { firstLine } from '../language/cel.ts';
import { merge } from '../merge/merge.ts';
import { inOtherForm, isComplete } from '../merge/reinvocation.ts';
import type { Selection } from '../select/select.ts';
import type { State } from '../state/state.ts';
import { makePlan } from './plan.ts';
import { planFor } from './remembered-plans.ts';

/** A pod (or a workload's pod template) that is about to be created. */
export interface InjectionRequest {
  readonly pod: Json | undefined;
  readonly namespace: string;
  /** The workload whose template the pod is, when the caller sees it: its annotations are defaults of the pod's. */
  readonly workload?: { readonly annotations: { readonly [key: string]: string } };
}

/**
 * The one pure door of the engine: what a pod becomes. The pod is not touched, nothing is thrown,
 * and the same request with the same state gives the same outcome, byte for byte.
 */
export function inject(request: InjectionRequest, state: State): Outcome {
  try {
    return injectPod(request, state);
  } catch (error) {
    const message = `The injector failed: ${firstLine(error)}.`;
    const fix = 'Report it with the pod that caused it.';
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    return { kind: 'Failed', problem: { code: 'internal-error', path: '', message, fix }, stack };
  }
}

function injectPod(request: InjectionRequest, state: State): Outcome {
  const read = readPod(request.pod);
  if ('problems' in read) return { kind: 'Refused', problems: read.problems, warnings: [] };
  const { pod } = read;
  const annotations = pod.metadata?.annotations;
  if (annotations?.[mirrorKey] !== undefined) {
    return unchanged('mirror-pod', annotationPath(mirrorKey), 'A mirror pod cannot be changed.', []);
  }
  const namespace = state.namespaces.get(request.namespace);
  const layers: Layer[] = [
    { kind: 'pod', annotations },
    { kind: 'workload', annotations: request.workload?.annotations },
    { kind: 'namespace', annotations: namespace?.annotations },
  ];
  const subject = {
    pod,
    namespace: request.namespace,
    labels: namespace?.labels,
    annotations: namespace?.annotations,
  };
  const usual = planFor(layers, state, namespace?.catalog, subject);
  const otherForm = inOtherForm(pod, usual.insertion.placements);
  const plan = otherForm ? makePlan(layers, state, namespace?.catalog, subject, otherForm) : usual;
  const { selection, insertion, sidecars, problems } = plan;
  if (insertion.placements.length === 0 && problems.length === 0) return nothingToDo(selection);

  const merged = merge(pod, insertion);
  const warnings = merged.warnings.length === 0 ? selection.warnings : [...selection.warnings, ...merged.warnings];
  const all = [...problems, ...merged.problems];
  if (all.length > 0 && !isComplete(pod, selection.reading, all)) return { kind: 'Refused', problems: all, warnings };
  if (all.length === 0 && merged.edits.length > 0) return { kind: 'Injected', sidecars, patch: merged.edits, warnings };
  const path = sidecars[0]?.because ?? '';
  return unchanged('already-injected', path, 'Every sidecar that is asked for is already there.', warnings, sidecars);
}

function nothingToDo({ optedOut, turnedOff, warnings }: Selection): Outcome {
  if (optedOut) {
    return unchanged('opted-out', annotationPath(optedOut.key), `${optedOut.key} is "false".`, warnings);
  }
  if (turnedOff)
    return unchanged('turned-off', 'metadata.annotations', 'Every sidecar that is named is turned off.', warnings);
  return unchanged('nothing-asked', 'metadata.annotations', 'No annotation asks for a sidecar.', warnings);
}

function unchanged(
  code: ReasonCode,
  path: string,
  message: string,
  warnings: readonly string[],
  sidecars: readonly InjectedSidecar[] = [],
): Outcome {
  return { kind: 'Unchanged', reasons: [{ code, path, message }], sidecars, warnings };
}
