import type { Json } from './json.ts';
import type { Problem, Reason } from './problem.ts';

/** One JSON Patch operation (RFC 6902). The engine only ever adds; `replace` is used for values that are the injector's own. */
export interface Operation {
  readonly op: 'add' | 'replace';
  readonly path: string;
  readonly value: Json;
}

/** What one instance of a sidecar became on a pod. */
export interface InjectedSidecar {
  /** The instance as users name it: `git`, or `git.docs` for a further one. */
  readonly name: string;
  readonly template: string;
  /** Eight hexadecimal digits over the template and the resolved parameters: equal means injected alike. */
  readonly hash: string;
  readonly native: boolean;
  /** What turned it on, as a place a person can look at: `metadata.annotations['sidecar.io/git-repo']`. */
  readonly because: string;
  readonly containers: readonly string[];
}

/**
 * The answer of the engine. `Injected` and `Unchanged` let the pod pass, `Refused` is the user's to mend,
 * `Failed` is ours: the API server's failure policy decides what becomes of the pod.
 */
export type Outcome =
  | {
      readonly kind: 'Injected';
      readonly sidecars: readonly InjectedSidecar[];
      readonly patch: readonly Operation[];
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: 'Unchanged';
      readonly reasons: readonly Reason[];
      readonly sidecars: readonly InjectedSidecar[];
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'Refused'; readonly problems: readonly Problem[]; readonly warnings: readonly string[] }
  | {
      readonly kind: 'Failed';
      readonly problem: Problem;
      /** Where in the program it happened, for its log. */
      readonly stack: string;
    };
