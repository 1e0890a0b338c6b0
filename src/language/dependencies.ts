import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf, fixedPath } from './syntax.ts';

/** What expressions can read besides what annotations and state say: a plan is only good for pods that are alike in it. */
export const facts = [
  'pod.metadata.name',
  'pod.metadata.generateName',
  'pod.metadata.namespace',
  'pod.metadata.labels',
  'pod.metadata.annotations',
  'pod.containers',
  'namespaceObject',
  // Of the state; but replicas can differ in it about the same pod, as others can change the pod between two calls.
  'cluster',
] as const;
export type Fact = (typeof facts)[number];

/** Adds the facts that an expression reads; one that names no field, such as `pod[params.x]`, reads all that it could. */
export function addDependencies(node: ASTNode, dependencies: Set<Fact>): void {
  const path = fixedPath(node);
  if (!path) {
    for (const child of childrenOf(node)) addDependencies(child, dependencies);
    return;
  }
  const text = `${path.join('.')}.`;
  for (const fact of facts) if (text.startsWith(`${fact}.`) || `${fact}.`.startsWith(text)) dependencies.add(fact);
}
