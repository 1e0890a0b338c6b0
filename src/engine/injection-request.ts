import type { Annotations } from '../core/from-workload.ts';
import type { Json } from '../core/json.ts';
import type { InjectedSidecar, Outcome } from '../core/outcome.ts';
import type { Problem, ReasonCode, Warning } from '../core/problem.ts';

/** A pod (or a workload's pod template) that is about to be created. */
export interface InjectionRequest {
  readonly pod: Json | undefined;
  readonly namespace: string;
  /** True for a pod template, which can lack containers. */
  readonly isTemplate?: boolean;
  /** What the workload says, where the caller has it. Otherwise it is what the pod carries. */
  readonly workload?: { readonly annotations: Annotations };
}

/** An outcome that leaves the pod as it is, for one reason. */
export function unchanged(
  code: ReasonCode,
  path: string,
  message: string,
  warnings: readonly Warning[],
  sidecars: readonly InjectedSidecar[] = [],
): Outcome {
  return { kind: 'Unchanged', reasons: [{ code, path, message }], sidecars, warnings };
}

/** An outcome that refuses the pod. */
export function refused(problems: readonly Problem[]): Outcome {
  return { kind: 'Refused', problems, warnings: [] };
}
