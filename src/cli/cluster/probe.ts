import { annotationKey } from '../../core/annotations.ts';
import type { JsonObject } from '../../core/json.ts';
import type { LiveFacts } from '../../engine/explain/facts.ts';
import type { State } from '../../state/state.ts';
import type { Cluster } from './open-cluster.ts';

/**
 * Whether the injector answers the API server, by a dry run: nothing is stored. The pod names a required sidecar and
 * turns it off, so it passes an entry whose failurePolicy is Fail: the API server says why it gets no answer, and adds
 * nothing.
 */
export function probe(
  cluster: Cluster,
  registration: LiveFacts['registration'],
  { catalog }: State,
  namespace: string,
): LiveFacts['answer'] {
  const pod = probePod(catalog);
  if (typeof registration === 'string' || !pod) return 'unknown';
  const answer = cluster.tried(pod, namespace);
  return answer === 'created' ? 'answered' : answeredBy(answer.message);
}

/** A pod that names a required sidecar and turns it off; undefined where no sidecar is required. */
export function probePod({ templates }: State['catalog']): JsonObject | undefined {
  const required = templates.find(({ failurePolicy }) => failurePolicy === 'Fail');
  if (!required) return undefined;
  const annotations = { [annotationKey(required.name, undefined, '')]: 'false' };
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'sidecar-probe-', annotations } },
    spec: { containers: [{ name: 'probe', image: 'probe' }] },
  };
}

/** What a refusal of that pod says about the injector. */
export function answeredBy(message: string): LiveFacts['answer'] {
  if (/failed calling webhook "[^"]*\.sidecar\.io"/.test(message)) return { failure: message };
  // What it says itself, and what comes after the webhooks.
  return /webhook "[^"]*\.sidecar\.io" denied|exceeded quota|must specify|violates PodSecurity|ValidatingAdmissionPolicy/.test(
    message,
  )
    ? 'answered'
    : 'unknown';
}
