import type { Fact } from './dependencies.ts';
import type { Extent } from './growth.ts';
import type { Value } from './types/value.ts';

/** What the expressions of a template see. */
export interface Scope {
  readonly params: { readonly [name: string]: Value };
  readonly instance: { readonly id: string; readonly name: string; readonly sidecar: string; readonly native: boolean };
  readonly cluster: { readonly version: string; readonly nativeSidecars: boolean };
  readonly injector: { readonly version: string; readonly image: string };
  /** There where a template reads it, with what it reads; the same goes for the namespace. */
  readonly pod?: PodView;
  readonly namespaceObject?: NamespaceView;
}

/** A pod as it came from the user. */
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

/** The fields of each variable, and of its fields where these are known; those of `params` differ from template to template. */
export type Fields = { readonly [path: string]: ReadonlySet<string> };

/** What the expressions of one template may name; the facts that they read are noted while they are compiled. */
export interface Vocabulary {
  readonly fields: Fields;
  readonly dependencies: Set<Fact>;
  readonly budget: Budget;
}

/** What expressions put together, in characters: their work is added up while they are compiled. */
export interface Budget {
  /** Of parameters, by field. */
  readonly extents: ReadonlyMap<string, Extent>;
  readonly most: number;
  spent: number;
}

/** The platform team may write what it likes. */
const noLimit = (): Budget => ({ extents: new Map(), most: Number.POSITIVE_INFINITY, spent: 0 });

export const scopeFields = {
  instance: new Set(['id', 'name', 'sidecar', 'native']),
  cluster: new Set(['version', 'nativeSidecars']),
  injector: new Set(['version', 'image']),
  pod: new Set(['metadata', 'containers']),
  'pod.metadata': new Set(['name', 'generateName', 'namespace', 'labels', 'annotations']),
  namespaceObject: new Set(['metadata']),
  'namespaceObject.metadata': new Set(['name', 'labels', 'annotations']),
} as const satisfies Fields;

/** What expressions may name in a template with these parameters. */
export function vocabularyOf(
  params: Iterable<string>,
  dependencies: Set<Fact> = new Set(),
  budget: Budget = noLimit(),
): Vocabulary {
  return { fields: { ...scopeFields, params: new Set(params) }, dependencies, budget };
}
