import type { Catalog } from '../catalog/catalog.ts';
import type { Policy } from '../policy/policy.ts';
import type { WorkloadKind } from '../workload/kinds.ts';

/** What the cluster can do, as far as a template may ask. */
export interface ClusterFacts {
  /** `1.36.3`; empty when unknown. */
  readonly version: string;
  /** True when the API server and every node run native sidecars (restartable init containers, KEP-753). */
  readonly nativeSidecars: boolean;
  /** True when the cluster assigns users and groups to containers, as OpenShift does, so that sidecars name none. */
  readonly assignsUsers: boolean;
}

/** The injector itself, as far as a template may ask: built-ins that ship in its own image name it by this. */
export interface InjectorFacts {
  readonly version: string;
  readonly image: string;
}

/** What a namespace says about sidecars. */
export interface NamespaceFacts {
  readonly annotations: { readonly [key: string]: string };
  readonly labels?: { readonly [key: string]: string };
  /** The catalog with the namespace's own templates, where it has any. Made for one state. */
  readonly catalog?: Catalog;
  /** The policies that select the namespace, by name; absent without any. */
  readonly policies?: readonly Policy[];
}

/** The immutable snapshot the engine is given: replaced as a whole when something changes, never edited. */
export interface State {
  readonly catalog: Catalog;
  readonly cluster: ClusterFacts;
  /** Why sidecars are native or classic in this cluster, where that is known. */
  readonly nativeReason?: string;
  readonly injector: InjectorFacts;
  readonly namespaces: ReadonlyMap<string, NamespaceFacts>;
  /** All policies of the cluster that are valid, or that the API server holds though they are not any more. */
  readonly policies: readonly Policy[];
  /** The kinds of objects whose annotations count for their pods. */
  readonly workloads: readonly WorkloadKind[];
  /** The sidecars for whose pods the API server waits when no injector answers, where that is known. */
  readonly requiredSidecars?: ReadonlySet<string>;
}
