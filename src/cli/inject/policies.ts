import type { Catalog } from '../../catalog/catalog.ts';
import { textAt } from '../../core/fields.ts';
import { byNamespace } from '../../policy/by-namespace.ts';
import { compilePolicy, policyKind } from '../../policy/compile.ts';
import { inForceAt, type Policy } from '../../policy/policy.ts';
import type { NamespaceFacts, State } from '../../state/state.ts';
import { fileProblem, type Locator, type Spot } from './locate.ts';
import type { FileProblem, Manifest } from './manifests.ts';
import { objectsIn } from './objects.ts';

/** Where a policy is written. */
interface WrittenPolicy {
  readonly spot: Spot;
  readonly title: string;
}

/** The SidecarPolicies among the manifests, by name, without exemptions that have ended, and every problem in them. */
export function readPolicies(
  manifests: readonly Manifest[],
  catalog: Catalog,
  now: number,
  locator: Locator,
): {
  readonly policies: readonly Policy[];
  readonly written: ReadonlyMap<Policy, WrittenPolicy>;
  readonly problems: readonly FileProblem[];
} {
  const policies: Policy[] = [];
  const written = new Map<Policy, WrittenPolicy>();
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
  return { policies: policies.sort((a, b) => (a.name < b.name ? -1 : 1)), written, problems };
}

/**
 * The namespaces with the policies that select them: what manifests say comes on top of what the state knows. One that
 * no Namespace object describes has the label that the API server sets, and no other.
 */
export function withPoliciesOf(
  namespaces: ReadonlyMap<string, NamespaceFacts>,
  names: readonly string[],
  { policies, namespaces: known }: Pick<State, 'policies' | 'namespaces'>,
): ReadonlyMap<string, NamespaceFacts> {
  const all = new Map(known);
  for (const [name, { annotations, labels, ...facts }] of namespaces) {
    const former = known.get(name);
    const merged = {
      annotations: { ...former?.annotations, ...annotations },
      labels: { ...former?.labels, ...labels },
    };
    all.set(name, { ...former, ...facts, ...merged });
  }
  if (policies.length === 0) return all;
  for (const name of names) if (!all.has(name)) all.set(name, { annotations: {} });
  const of = byNamespace(policies);
  return new Map(
    [...all].map(([name, facts]) => {
      const labels = { ...facts.labels, 'kubernetes.io/metadata.name': name };
      return [name, { ...facts, policies: of(labels) }];
    }),
  );
}

/** The namespaces that objects of the manifests name. */
export function namespacesIn(manifests: readonly Manifest[]): string[] {
  const all = manifests.flatMap(({ value }) =>
    objectsIn(value).map(({ object }) => textAt(object, 'metadata.namespace')),
  );
  return all.filter((name) => name !== '');
}
