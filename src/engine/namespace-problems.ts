import { injectKey, prefix } from '../core/annotations.ts';
import { type Annotations, isCarried } from '../core/from-workload.ts';
import { maxExplained, type Problem, problemText, type Warning } from '../core/problem.ts';
import { withPolicies } from '../policy/layers.ts';
import type { Policy } from '../policy/policy.ts';
import { selects } from '../policy/selector.ts';
import type { NamespaceFacts, State } from '../state/state.ts';
import { makePlan } from './plan.ts';

const layer = 'namespace.';

/**
 * What is wrong with the annotations of a namespace, whatever its pods say: the same problems that its pods would have,
 * with their paths in the namespace. A policy that is only for some pods counts too.
 */
export function namespaceProblems(
  namespace: NamespaceFacts & { readonly name: string },
  state: State,
): readonly Problem[] {
  if (!Object.keys(namespace.annotations).some((key) => key.startsWith(prefix))) return [];
  const labels = { ...namespace.labels, 'kubernetes.io/metadata.name': namespace.name };
  const policies = state.policies.filter((policy) => policy.action === 'Enforce' && selects(policy.namespaces, labels));
  const forAll = policies.filter(({ pods }) => pods.length === 0);
  const forSome = policies.filter(({ pods }) => pods.length > 0);
  const problems = new Map<string, Problem>();
  for (const together of [forAll, ...forSome.map((policy) => [...forAll, policy])]) {
    for (const problem of problemsUnder(together, namespace, state)) problems.set(problemText(problem), problem);
    // Each policy costs a plan.
    if (problems.size >= maxExplained || [...problems.values()].some(({ code }) => code === 'too-many-instances'))
      break;
  }
  return [...problems.values()];
}

function problemsUnder(
  policies: readonly Policy[],
  { name, annotations, labels }: NamespaceFacts & { readonly name: string },
  state: State,
): readonly Problem[] {
  const pod = { spec: { containers: [{ name: 'app' }] } };
  const catalog = state.namespaces.get(name)?.catalog ?? state.catalog;
  const { problems } = makePlan({
    layers: withPolicies([{ kind: 'namespace', annotations }], policies, catalog),
    ...{ policies, state, catalog },
    subject: { pod, namespace: name, labels, annotations },
  });
  return problems.flatMap((problem) =>
    problem.path.startsWith(layer) ? [{ ...problem, path: problem.path.slice(layer.length) }] : [],
  );
}

/**
 * Whether a namespace with these annotations needs the label. Turning injection off needs none: it concerns only pods
 * that ask for sidecars themselves.
 */
export function asks(annotations: Annotations): boolean {
  return Object.keys(annotations).some((key) => isCarried(key) && key !== injectKey);
}

/** That the label keeps the annotations of a namespace from its pods, or looks as if it turned injection on. */
export function labelOff({ annotations, labels = {} }: NamespaceFacts): Warning | undefined {
  const label = labels[injectKey];
  if (label === undefined || label === 'enabled') return undefined;
  const is = `metadata.labels['${injectKey}'] is ${JSON.stringify(label)}`;
  const said = (message: string): Warning => ({ code: 'label-off', sidecar: '', message });
  if (asks(annotations))
    return said(
      `${is}, so the annotations of this namespace count only for pods with annotations of their own. Remove the label, or write "enabled".`,
    );
  return /^(enabled?|true|yes|on|1)$/i.test(label) ? said(`${is}, which has no effect. Write "enabled".`) : undefined;
}
