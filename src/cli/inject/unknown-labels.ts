import { textAt } from '../../core/fields.ts';
import type { Policy } from '../../policy/policy.ts';
import { selects } from '../../policy/selector.ts';
import type { State } from '../../state/state.ts';
import type { Manifest } from './manifests.ts';
import { objectsIn } from './objects.ts';

/**
 * A sentence for each namespace that has pods among the manifests, whose labels are not known, and that policies may
 * select by its labels. `namespace` is for objects that name none; `known` has the namespaces whose labels are known.
 */
export function unknownLabels(
  manifests: readonly Manifest[],
  namespace: string,
  known: ReadonlySet<string>,
  { policies, workloads }: Pick<State, 'policies' | 'workloads'>,
): readonly string[] {
  if (policies.length === 0) return [];
  const owners = manifests.flatMap(({ value }) => objectsIn(value, workloads).filter(({ pods }) => pods.length > 0));
  const names = new Set(owners.map(({ object }) => textAt(object, 'metadata.namespace') || namespace));
  return [...names].flatMap((name) => {
    const open = known.has(name) ? [] : policies.filter((policy) => maySelect(policy, name));
    if (open.length === 0) return [];
    const listed = open.map((policy) => policy.name).join(', ');
    return `The labels of the namespace ${name} are unknown, so these policies may be for its pods or not: ${listed}. Add the Namespace object to the files.`;
  });
}

/** Whether labels besides its name decide whether a policy selects a namespace. */
function maySelect({ namespaces }: Policy, name: string): boolean {
  const certain = { 'kubernetes.io/metadata.name': name };
  const isCertain = ({ key }: { readonly key: string }) => Object.hasOwn(certain, key);
  return !namespaces.every(isCertain) && selects(namespaces.filter(isCertain), certain);
}
