import { isDeepStrictEqual } from 'node:util';
import type { Condition, TemplateObject } from '../core/objects.ts';
import type { PodCounts } from '../core/pod-counts.ts';
import { type Api, failureOf, mergePatch } from './api.ts';

/** The conditions of a policy, without their times. */
export interface PolicyConditions {
  readonly Ready: ConditionText;
  /** Whether the policy is held inside the API server. */
  readonly Enforced: ConditionText;
  /** Whether another policy contradicts it. */
  readonly Conflicting: ConditionText;
}

export interface ConditionText {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

interface Stored {
  readonly pods?: PodCounts;
  readonly conditions?: readonly (Condition & { readonly reason?: string })[];
}

/**
 * Writes the status of a policy, unless the object says it already; without `pods` the status has no numbers. Rejects
 * when the API server does not take it.
 */
export async function writePolicyStatus(
  api: Api,
  object: TemplateObject,
  wanted: PolicyConditions,
  pods: PodCounts | undefined,
): Promise<void> {
  const { name, generation, resourceVersion } = object.metadata;
  const stored = (object.status ?? {}) as Stored; // as this function writes it
  if (isStored(stored, generation, wanted) && isDeepStrictEqual(stored.pods, pods)) return;
  const now = new Date().toISOString();
  const conditions = Object.entries(wanted).map(([type, text]) => {
    const before = stored.conditions?.find((condition) => condition.type === type);
    const lastTransitionTime = before && before.status === text.status ? before.lastTransitionTime : now;
    return { type, ...text, observedGeneration: generation, lastTransitionTime };
  });
  const answer = await api({
    method: 'PATCH',
    path: `/apis/sidecar.io/v1alpha1/sidecarpolicies/${name}/status`,
    body: { metadata: { resourceVersion }, status: { observedGeneration: generation, conditions, pods: pods ?? null } },
    contentType: mergePatch,
  });
  if (answer.status >= 300 && answer.status !== 404 && answer.status !== 409) throw new Error(failureOf(answer));
}

function isStored(stored: Stored, generation: number | undefined, wanted: PolicyConditions): boolean {
  return Object.entries(wanted).every(([type, { status, reason, message }]) =>
    stored.conditions?.some(
      (each) =>
        each.type === type &&
        each.status === status &&
        each.reason === reason &&
        each.message === message &&
        each.observedGeneration === generation,
    ),
  );
}
