import type { Catalog } from '../../catalog/catalog.ts';
import { textAt } from '../../core/fields.ts';
import { byNamespace } from '../../policy/by-namespace.ts';
import { compilePolicy, policyKind, stillHeld } from '../../policy/compile.ts';
import { inForceAt, type Policy } from '../../policy/policy.ts';
import { problemsIn } from '../../policy/spec-problems.ts';
import type { NamespaceFacts, State } from '../../state/state.ts';
import { fileProblem, type Locator, type Written } from './locate.ts';
import type { FileProblem, Manifest } from './manifests.ts';
import { objectsIn } from './objects.ts';

/** The SidecarPolicies among the manifests, without exemptions that have ended, and every problem in them. */
export function readPolicies(
  manifests: readonly Manifest[],
  catalog: Catalog,
  now: number,
  locator: Locator,
): {
  readonly policies: readonly Policy[];
  readonly written: ReadonlyMap<Policy, Written>;
  readonly problems: readonly FileProblem[];
} {
  const policies: Policy[] = [];
  const written = new Map<Policy, Written>();
  const problems: FileProblem[] = [];
  for (const manifest of manifests)
    for (const found of objectsIn(manifest.value)) {
      if (found.kind !== policyKind) continue;
      const metadata = { name: textAt(found.object, 'metadata.name') };
      const compiled = compilePolicy({ metadata, spec: found.object.spec }, catalog);
      if ('policy' in compiled) {
        const policy = inForceAt(compiled.policy, now);
        policies.push(policy);
        written.set(policy, { spot: { manifest, steps: found.steps }, title: found.title });
      } else
        for (const problem of compiled.problems)
          problems.push(fileProblem(problem, { manifest, steps: found.steps }, found.title, locator));
    }
  return { policies, written, problems };
}

/** A policy of the cluster with the templates of manifests; undefined where it does not count then. */
export function withCatalog(policy: Policy, catalog: Catalog, now: number): Policy | undefined {
  if (!policy.broken && problemsIn(policy.spec, catalog).length === 0) return policy;
  return policy.action === 'Enforce' ? inForceAt(stillHeld(policy.name, policy.spec, catalog), now) : undefined;
}

/**
 * The state with these policies and no others. A namespace that no Namespace object describes has the label that the
 * API server sets, and no other.
 */
export function withPolicies(state: State, policies: readonly Policy[]): State {
  const sorted = policies.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const of = byNamespace(sorted);
  const namespaces = [...state.namespaces].map(([name, { policies: _, ...facts }]): [string, NamespaceFacts] => {
    const found = of({ ...facts.labels, 'kubernetes.io/metadata.name': name });
    return [name, found.length > 0 ? { ...facts, policies: found } : facts];
  });
  return { ...state, policies: sorted, namespaces: new Map(namespaces) };
}

/** The namespaces that objects of the manifests name. */
export function namespacesIn(manifests: readonly Manifest[]): string[] {
  const all = manifests.flatMap(({ value }) =>
    objectsIn(value).map(({ object }) => textAt(object, 'metadata.namespace')),
  );
  return all.filter((name) => name !== '');
}
