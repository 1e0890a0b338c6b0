import type { Problem } from '../core/problem.ts';
import type { NamespaceFacts, State } from '../state/state.ts';
import { makePlan } from './plan.ts';

const layer = 'namespace.';

/**
 * What is wrong with the annotations of a namespace, whatever its pods say: the same problems that its pods would have, with
 * their paths in the namespace.
 */
export function namespaceProblems(
  { name, annotations, labels }: NamespaceFacts & { readonly name: string },
  state: State,
): readonly Problem[] {
  const pod = { spec: { containers: [{ name: 'app' }] } };
  const { problems } = makePlan({
    layers: [{ kind: 'namespace', annotations }],
    policies: [],
    state,
    catalog: state.namespaces.get(name)?.catalog ?? state.catalog,
    subject: { pod, namespace: name, labels, annotations },
  });
  return problems.flatMap((problem) =>
    problem.path.startsWith(layer) ? [{ ...problem, path: problem.path.slice(layer.length) }] : [],
  );
}
