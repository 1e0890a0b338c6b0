import type { Json } from './json.ts';
import type { PolicyFinding, Problem, Reason, Warning } from './problem.ts';

/** One JSON Patch operation (RFC 6902). The engine only adds; it replaces nothing but annotations of its own. */
export interface Operation {
  readonly op: 'add' | 'replace';
  readonly path: string;
  readonly value: Json;
}

/** An edit of a manifest: what the engine adds, or the removal of what it added before. */
export type Edit = Operation | { readonly op: 'remove'; readonly path: string };

/** What one instance of a sidecar became on a pod. */
export interface InjectedSidecar {
  /** The instance as users name it: `git`, or `git.docs` for a further one. */
  readonly name: string;
  readonly template: string;
  /** Eight hexadecimal digits over the template, the parameters and the form: equal hashes mean equal sidecars. */
  readonly hash: string;
  readonly native: boolean;
  /** The path of what turned it on: `metadata.annotations['sidecar.io/git-repo']`. */
  readonly source: string;
  readonly containers: readonly string[];
}

/** A patch as an AdmissionReview carries it. */
export interface Encoded {
  /** Its JSON in Base64. */
  readonly base64: string;
}

/**
 * The answer of the engine. `Injected` and `Unchanged` admit the pod. `Refused` is a problem that the user can fix.
 * `Failed` is a defect of this program: the failure policy of the webhook decides what happens to the pod.
 */
export type Outcome =
  | {
      readonly kind: 'Injected';
      readonly sidecars: readonly InjectedSidecar[];
      readonly patch: readonly Operation[];
      readonly encoded: Encoded;
      readonly warnings: readonly Warning[];
    }
  | {
      readonly kind: 'Unchanged';
      readonly reasons: readonly Reason[];
      readonly sidecars: readonly InjectedSidecar[];
      readonly warnings: readonly Warning[];
    }
  | { readonly kind: 'Refused'; readonly problems: readonly Problem[]; readonly warnings: readonly Warning[] }
  | {
      readonly kind: 'Failed';
      readonly problem: Problem;
      /** Where in the program it happened, for the log. */
      readonly stack: string;
    };

/** What a review adds to the metrics. */
export interface ReviewMeasure {
  readonly outcome: string;
  readonly problems: readonly string[];
  readonly reasons: readonly string[];
  readonly warnings: readonly Pick<Warning, 'code' | 'sidecar'>[];
  /** Of policies; empty for a dry run. */
  readonly findings: readonly PolicyFinding[];
  /** Names of the templates; empty for a dry run. */
  readonly sidecars: readonly string[];
  readonly seconds: number;
}
