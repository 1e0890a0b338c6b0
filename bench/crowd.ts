import { createClusterState } from '../src/state/cluster-state.ts';
import type { State } from '../src/state/state.ts';

const [templates, namespaces] = [1000, 10_000];

/** The state of a big cluster: 1,000 templates that no pod here asks for, and 10,000 namespaces with annotations. */
export function crowded(base: State): State {
  const objects = Array.from({ length: templates }, (_, i) => ({
    apiVersion: 'sidecar.io/v1alpha1',
    kind: 'ClusterSidecarTemplate',
    metadata: { name: `other-${i}`, uid: String(i), generation: 1 },
    spec: {
      summary: 'One of many.',
      failurePolicy: 'Ignore',
      image: 'registry.example.com/other:1',
      parameters: [{ name: 'greeting', type: 'string', default: 'hello', description: 'What is said.' }],
      containers: [{ name: '${ instance.id }', args: ['${ params.greeting }'], securityContext: { runAsUser: 1000 } }],
    },
  }));
  const homes = Array.from({ length: namespaces }, (_, i) => ({
    name: `namespace-${i}`,
    annotations: { 'sidecar.io/topz': 'true' },
  }));
  const { state, verdicts } = createClusterState(base)(homes, objects);
  const broken = [...verdicts.values()].find(({ ready }) => !ready);
  if (broken) throw new Error(`the bench's own template is not in use: ${broken.message}`);
  return state;
}
