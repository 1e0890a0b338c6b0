import { isEmpty } from '../../core/json.ts';
import type { Policy } from '../../policy/policy.ts';
import type { NamespaceFacts, State } from '../../state/state.ts';
import type { Template } from '../../template/template.ts';
import { type ReadNamespace, readNamespaces } from './annotations.ts';
import type { Locator, Written } from './locate.ts';
import type { FileProblem, Manifest } from './manifests.ts';
import { readPolicies, withCatalog, withPolicies } from './policies.ts';
import { withTemplates } from './templates.ts';
import { unknownLabels } from './unknown-labels.ts';

/** A state with what manifests decide. */
export interface Deciding {
  readonly state: State;
  /** Without the manifests, and without the policies that they replace. */
  readonly before: State;
  /** The templates among the manifests. */
  readonly templates: ReadonlyMap<Template, Written>;
  /** The policies among the manifests. */
  readonly written: ReadonlyMap<Policy, Written>;
  /** The Namespace objects among the manifests, by name. */
  readonly namespaces: ReadonlyMap<string, ReadNamespace>;
  readonly problems: readonly FileProblem[];
  /** What is not known. */
  readonly notes: readonly string[];
}

/**
 * The state with the templates, policies and Namespaces among manifests, as if they were applied, and every problem in
 * them. `names`: the namespaces of the pods. `namespace` is for templates that name none.
 */
export function withDeciding(
  state: State,
  manifests: readonly Manifest[],
  names: readonly string[],
  namespace: string,
  now: number,
  locator: Locator,
): Deciding {
  const { catalog, catalogs, ...templates } = withTemplates(manifests, state, namespace, locator);
  const policies = readPolicies(manifests, catalog, now, locator);
  const read = readNamespaces(manifests, locator);
  const all = new Map<string, NamespaceFacts>();
  for (const name of new Set([...state.namespaces.keys(), ...read.namespaces.keys(), ...catalogs.keys(), ...names])) {
    const own = catalogs.get(name);
    all.set(name, {
      ...merged(state.namespaces.get(name), read.namespaces.get(name)),
      ...(own ? { catalog: own } : {}),
    });
  }
  const replaced = new Set(policies.policies.map(({ name }) => name));
  const stored = state.policies.filter(({ name }) => !replaced.has(name));
  const kept = stored.flatMap((policy) => withCatalog(policy, catalog, now) ?? []);
  const decided = withPolicies({ ...state, catalog, namespaces: all }, [...kept, ...policies.policies]);
  // Each Namespace of a cluster has the label of its name: one without labels may not be read.
  const labelled = [...state.namespaces].flatMap(([name, { labels }]) => (labels && !isEmpty(labels) ? name : []));
  const known = new Set([...labelled, ...read.namespaces.keys()]);
  return {
    ...{ state: decided, before: { ...state, policies: stored } },
    ...{ templates: templates.templates, written: policies.written, namespaces: read.namespaces },
    problems: [...templates.problems, ...policies.problems, ...read.problems],
    notes: unknownLabels(manifests, namespace, known, decided),
  };
}

/** What a manifest says of a namespace comes on top of what is known of it. */
function merged(known: NamespaceFacts | undefined, written: NamespaceFacts | undefined): NamespaceFacts {
  return {
    ...known,
    annotations: { ...known?.annotations, ...written?.annotations },
    ...(known?.labels || written?.labels ? { labels: { ...known?.labels, ...written?.labels } } : {}),
  };
}
