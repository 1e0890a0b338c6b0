import type { JsonObject } from '../../core/json.ts';
import type { NodeObject } from '../../core/objects.ts';
import type { RegistrationFacts } from '../../engine/explain/facts.ts';

/** A dry run of a pod: nothing is stored. */
export interface DryRun {
  /** What the API server made of it, or why it refused it. */
  readonly answer: { readonly object: JsonObject } | { readonly message: string };
  readonly milliseconds: number;
  /** The own clock when the answer came, in milliseconds since 1970. */
  readonly at: number;
}

/** `provider` says which cloud a node is of: `aws:///…`. */
export type Node = NodeObject & { readonly provider: string };

/** A right that the injector needs. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** The Deployment of the injector, and what belongs to it. What may not be read is undefined. */
export interface Installation {
  readonly namespace: string;
  readonly name: string;
  readonly deployment: JsonObject;
  readonly args: readonly string[];
  readonly pods: readonly JsonObject[] | undefined;
  readonly budgets: readonly JsonObject[] | undefined;
  readonly lease: JsonObject | undefined;
  /** The Secret with its certificate. */
  readonly secret: JsonObject | undefined;
  /** Those that it needs and does not have. */
  readonly lacking: readonly Right[] | undefined;
}

/** All that the checks look at, as far as whoever asks may read it. */
export interface Health {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The version of this command line. */
  readonly client: string;
  /** The version of the API server; empty where it does not say it. */
  readonly apiServer: string;
  readonly nodes: readonly Node[] | undefined;
  readonly registration: RegistrationFacts | 'none' | 'unknown';
  readonly webhooks: readonly JsonObject[] | undefined;
  readonly namespaces: readonly JsonObject[] | undefined;
  readonly templates: readonly JsonObject[] | undefined;
  readonly policies: readonly JsonObject[] | undefined;
  readonly definitions: readonly JsonObject[] | undefined;
  /** The ValidatingAdmissionPolicies of the cluster, and their bindings. */
  readonly rules: readonly JsonObject[] | undefined;
  readonly bindings: readonly JsonObject[] | undefined;
  readonly installation: Installation | undefined;
  /** Pods that turn a required sidecar off: they pass an injector that does not answer only with its reason. */
  readonly probes: readonly DryRun[];
  /** A pod that asks for a sidecar that is optional, and the name of that. */
  readonly asking: { readonly sidecar: string; readonly run: DryRun } | undefined;
  /** The metrics of the API server, as text. */
  readonly metrics: string | undefined;
}
