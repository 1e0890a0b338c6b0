import type { Json, JsonObject } from '../../core/json.ts';
import type { Verdict } from '../../core/objects.ts';
import type { PodFailure } from '../../core/pod-failure.ts';
import type { Selector } from '../../policy/selector.ts';
import type { InjectionRequest } from '../injection-request.ts';

/** What is to be explained: a pod that exists, or what a manifest or a workload would make. */
export interface ExplainRequest extends InjectionRequest {
  /** The pod without the sidecars of an earlier injection. */
  readonly pod: Json | undefined;
  /** As kubectl names it: `deployment/web`. */
  readonly title: string;
  /** Where the pod is in the object of the title: `spec.template`. Undefined for a pod. */
  readonly at?: string | undefined;
  /** The object that somebody wrote, with what it is to its pods; for annotations where they have no effect. */
  readonly written: { readonly object: JsonObject; readonly role: 'pod' | 'workload' };
  /** The name of the sidecar that the question is about; every sidecar when undefined. */
  readonly sidecar?: string;
  /** What the cluster holds; undefined for a manifest. */
  readonly live?: LiveFacts;
}

/** One entry of a MutatingWebhookConfiguration of the injector that is for pods. */
export interface EntryFacts {
  readonly name: string;
  readonly failurePolicy: string;
  readonly namespaces: Selector;
  readonly pods: Selector;
  /** CEL; all of them must be true. */
  readonly conditions: readonly string[];
}

/** How the injector is registered. Times are as the API server writes them: `2026-11-26T13:00:00Z`. */
export interface RegistrationFacts {
  readonly name: string;
  readonly created: string;
  readonly entries: readonly EntryFacts[];
  /** `namespace/name`; undefined where it is called by its address. */
  readonly service: string | undefined;
  /** True when every CA that the API server trusts has expired. */
  readonly hasExpired: boolean;
}

export interface EventFacts {
  /** Whom it is about: `replicaset/web-5d5`. */
  readonly about: string;
  readonly reason: string;
  readonly message: string;
  readonly last: string;
  readonly count: number;
}

/** A template or a policy of the cluster. */
export interface OwnObjectFacts extends Pick<Verdict, 'ready' | 'message'> {
  readonly name: string;
  readonly created: string;
  /** When it was last written by somebody else than the injector. */
  readonly changed: string;
}

/**
 * Whether the templates and the image of the injector are those of the state: otherwise nothing can be said about
 * sidecars that it would make otherwise today.
 */
export type KnownTemplates =
  | { readonly kind: 'same' }
  | { readonly kind: 'other'; readonly version: string }
  /** What whoever asks may not read, such as `policies`: it may ask for more, or for something else. */
  | { readonly kind: 'unread'; readonly what: string }
  | { readonly kind: 'unknown' };

export interface OwnerFacts {
  readonly title: string;
  readonly kind: string;
  readonly object: JsonObject;
  /** The keys of its annotations that its pod template carries by now; a pod may be older. */
  readonly carried: readonly string[];
}

/** What the cluster holds, as far as whoever asks may read it. */
export interface LiveFacts {
  /** The pod as it is stored; undefined where the workload has none. */
  readonly stored: JsonObject | undefined;
  /** The workload that owns the pod, or that the question is about. */
  readonly owner: OwnerFacts | undefined;
  readonly namespace: JsonObject | undefined;
  readonly registration: RegistrationFacts | 'none' | 'unknown';
  /** What the API server says when it asks the injector now. */
  readonly answer: 'answered' | 'unknown' | { readonly failure: string };
  /** Addresses of the injector's Service that are ready. */
  readonly endpoints: number | undefined;
  /** About the pod and its workload, the last one last. */
  readonly events: readonly EventFacts[];
  readonly templates: readonly OwnObjectFacts[];
  readonly policies: readonly OwnObjectFacts[];
  readonly known: KnownTemplates;
  /** Of the stored pod: those that waiting does not end, and containers that it has waited for some time. */
  readonly failures: readonly PodFailure[];
}
