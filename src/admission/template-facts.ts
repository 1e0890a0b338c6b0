import type { ReviewRequest } from './review.ts';

const operations = ['CREATE', 'UPDATE', 'DELETE'] as const;

/** What was reviewed, for the log and the metrics. */
export interface TemplateFacts {
  readonly kind: 'template' | 'policy';
  readonly name: string;
  /** Empty for a template of the whole cluster, and for a policy. */
  readonly namespace: string;
  readonly operation: (typeof operations)[number] | 'other';
  readonly outcome: 'allowed' | 'warned' | 'refused';
  /** The problems of what is refused, or the warnings. */
  readonly messages: readonly string[];
}

export function templateFactsOf(
  { resource, name, namespace, operation }: ReviewRequest,
  problems: readonly string[],
  warnings: readonly string[],
): TemplateFacts {
  const subject = {
    kind: resource.startsWith('sidecarpolicies.') ? 'policy' : 'template',
    name,
    namespace,
    operation: operations.find((each) => each === operation) ?? 'other',
  } as const;
  if (problems.length > 0) return { ...subject, outcome: 'refused', messages: problems };
  return { ...subject, outcome: warnings.length > 0 ? 'warned' : 'allowed', messages: warnings };
}
