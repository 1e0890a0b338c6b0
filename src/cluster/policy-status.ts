import type { Condition, TemplateObject } from '../core/objects.ts';
import { type Api, failureOf } from './api.ts';

/** What the status of a policy says, but for the times. */
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

/** How many pods the policy is for, and what they are. */
export interface PodCounts {
  readonly matching: number;
  readonly compliant: number;
  readonly violating: number;
  readonly exempt: number;
}

export interface PolicyStatus {
  readonly conditions: PolicyConditions;
  /** Undefined as long as they have not been counted. */
  readonly pods: PodCounts | undefined;
}

interface Stored {
  readonly conditions?: readonly (Condition & { readonly reason?: string })[];
  readonly pods?: PodCounts;
}

/** Writes the status of a policy, unless the object says it already. Rejects when the API server does not take it. */
export async function writePolicyStatus(api: Api, object: TemplateObject, status: PolicyStatus): Promise<void> {
  const { name, generation, resourceVersion } = object.metadata;
  const stored = (object.status ?? {}) as Stored; // as this function writes it
  if (isStored(stored, generation, status)) return;
  const now = new Date().toISOString();
  const conditions = Object.entries(status.conditions).map(([type, text]) => {
    const before = stored.conditions?.find((condition) => condition.type === type);
    const lastTransitionTime = before && before.status === text.status ? before.lastTransitionTime : now;
    return { type, ...text, observedGeneration: generation, lastTransitionTime };
  });
  const pods = status.pods ? { pods: { ...status.pods, counted: now } } : {};
  const answer = await api({
    method: 'PATCH',
    path: `/apis/sidecar.io/v1alpha1/sidecarpolicies/${name}/status`,
    body: { metadata: { resourceVersion }, status: { observedGeneration: generation, conditions, ...pods } },
    contentType: 'application/merge-patch+json',
  });
  if (answer.status >= 300 && answer.status !== 404 && answer.status !== 409) throw new Error(failureOf(answer));
}

function isStored(stored: Stored, generation: number | undefined, { conditions, pods }: PolicyStatus): boolean {
  const sameCounts =
    pods === undefined || (Object.keys(pods) as (keyof PodCounts)[]).every((key) => stored.pods?.[key] === pods[key]);
  return (
    sameCounts &&
    Object.entries(conditions).every(([type, { status, reason, message }]) =>
      stored.conditions?.some(
        (each) =>
          each.type === type &&
          each.status === status &&
          each.reason === reason &&
          each.message === message &&
          each.observedGeneration === generation,
      ),
    )
  );
}
