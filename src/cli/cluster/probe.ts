import { annotationKey } from '../../core/annotations.ts';
import type { LiveFacts } from '../../engine/explain/facts.ts';
import type { State } from '../../state/state.ts';
import type { Cluster } from './open-cluster.ts';

/**
 * Whether the injector answers the API server, by a dry run: nothing is stored. The pod names a required sidecar and turns it
 * off, so it passes an entry whose failurePolicy is Fail: the API server says why it gets no answer, and adds nothing.
 */
export function probe(
  cluster: Cluster,
  registration: LiveFacts['registration'],
  { catalog }: State,
  namespace: string,
): LiveFacts['answer'] {
  const required = catalog.templates.find(({ failurePolicy }) => failurePolicy === 'Fail');
  if (typeof registration === 'string' || !required) return 'unknown';
  const answer = cluster.tried(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: 'sidecar-explain-',
        annotations: { [annotationKey(required.name, undefined, '')]: 'false' },
      },
      spec: { containers: [{ name: 'probe', image: 'probe' }] },
    },
    namespace,
  );
  if (answer === 'created') return 'answered';
  const { message } = answer;
  if (/failed calling webhook "[^"]*\.sidecar\.io"/.test(message)) return { failure: message };
  // What it says itself, and what comes after the webhooks.
  return /webhook "[^"]*\.sidecar\.io" denied|exceeded quota|must specify|violates PodSecurity|ValidatingAdmissionPolicy/.test(
    message,
  )
    ? 'answered'
    : 'unknown';
}
