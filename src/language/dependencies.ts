import { fixedPath, partsOf, type Term } from './term.ts';

/**
 * What expressions can depend on beyond annotations and the state. A plan is valid only for pods that have the same
 * values of what its templates depend on.
 */
export const facts = [
  'pod.metadata.name',
  'pod.metadata.generateName',
  'pod.metadata.namespace',
  'pod.metadata.labels',
  'pod.metadata.annotations',
  'pod.containers',
  'namespaceObject',
  // Part of the state, but replicas can differ in it when they see the same pod.
  'cluster',
] as const;
export type Fact = (typeof facts)[number];

/**
 * Adds the facts that an expression depends on. Without a fixed field, as in `pod[params.x]`, it depends on all of
 * them.
 */
export function addDependencies(term: Term, dependencies: Set<Fact>): void {
  const path = fixedPath(term);
  if (!path) {
    for (const part of partsOf(term)) addDependencies(part, dependencies);
    return;
  }
  const text = `${path.join('.')}.`;
  // A setting of the injector, which all replicas have.
  if (text === 'cluster.assignsUsers.') return;
  for (const fact of facts) if (text.startsWith(`${fact}.`) || `${fact}.`.startsWith(text)) dependencies.add(fact);
}
