import type { Extent } from './cost.ts';
import type { Fact } from './dependencies.ts';
import type { Value } from './types/value.ts';

/** What the expressions of a template see. */
export interface Scope {
  readonly params: { readonly [name: string]: Value };
  readonly instance: { readonly id: string; readonly name: string; readonly sidecar: string; readonly native: boolean };
  readonly cluster: { readonly version: string; readonly nativeSidecars: boolean; readonly assignsUsers: boolean };
  readonly injector: { readonly version: string; readonly image: string };
  /** Present only for templates that read it, with the parts that they read; so is the namespace. */
  readonly pod?: PodView;
  readonly namespaceObject?: NamespaceView;
}

/** A pod as its user wrote it. */
export interface PodView {
  readonly metadata: {
    readonly name: string;
    readonly generateName: string;
    readonly namespace: string;
    readonly labels: Texts;
    readonly annotations: Texts;
  };
  readonly containers: readonly ContainerView[];
}

export interface ContainerView {
  readonly name: string;
  readonly image: string;
  readonly ports: readonly { readonly name: string; readonly containerPort: bigint; readonly protocol: string }[];
}

export interface NamespaceView {
  readonly metadata: { readonly name: string; readonly labels: Texts; readonly annotations: Texts };
}

export type Texts = { readonly [key: string]: string };

/**
 * The fields of each variable, and of its fields where these are known. Those of `params` are the template's
 * parameters.
 */
export type Fields = { readonly [path: string]: ReadonlySet<string> };

/** What the expressions of one template can refer to. Compiling them adds to `dependencies` and to the budget. */
export interface Vocabulary {
  readonly fields: Fields;
  /** What else is known to be a list or a map, by its path; the keys of `fields` are maps. */
  readonly structures: ReadonlyMap<string, 'list' | 'map'>;
  readonly dependencies: Set<Fact>;
  readonly budget: Budget;
}

/** The cost of all expressions of a template, in units of work (`cost.ts`). */
export interface Budget {
  /** The longest values of the parameters, by field. */
  readonly extents: ReadonlyMap<string, Extent>;
  readonly most: number;
  spent: number;
}

/** For templates of the cluster, which are trusted, and for expressions that are counted already. */
const noLimit = (): Budget => ({ extents: new Map(), most: Number.POSITIVE_INFINITY, spent: 0 });

export const scopeFields = {
  instance: new Set(['id', 'name', 'sidecar', 'native']),
  cluster: new Set(['version', 'nativeSidecars', 'assignsUsers']),
  injector: new Set(['version', 'image']),
  pod: new Set(['metadata', 'containers']),
  'pod.metadata': new Set(['name', 'generateName', 'namespace', 'labels', 'annotations']),
  namespaceObject: new Set(['metadata']),
  'namespaceObject.metadata': new Set(['name', 'labels', 'annotations']),
} as const satisfies Fields;

const structures = [
  ['pod.containers', 'list'],
  ['pod.metadata.labels', 'map'],
  ['pod.metadata.annotations', 'map'],
  ['namespaceObject.metadata.labels', 'map'],
  ['namespaceObject.metadata.annotations', 'map'],
] as const;

/** The vocabulary of a template with these parameters, by field; those in `lists` are lists. */
export function vocabularyOf(
  params: Iterable<string>,
  dependencies: Set<Fact> = new Set(),
  budget: Budget = noLimit(),
  lists: readonly string[] = [],
): Vocabulary {
  return {
    fields: { ...scopeFields, params: new Set(params) },
    structures: new Map([...structures, ...lists.map((field) => [`params.${field}`, 'list'] as const)]),
    dependencies,
    budget,
  };
}
