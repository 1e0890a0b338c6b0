import type { Json, JsonObject } from '../core/json.ts';
import type { IfSet } from './if-set.ts';

/** An environment variable for the app. */
export interface AppVariable {
  readonly variable: JsonObject;
  readonly ifSet: IfSet;
}

/** A rendered template: parts of a pod. */
export interface Fragment {
  /** Containers beside the app's; empty in the native form. */
  readonly containers: readonly JsonObject[];
  /** Init containers, native sidecars (`restartPolicy: Always`) among them. */
  readonly initContainers: readonly JsonObject[];
  readonly volumes: readonly JsonObject[];
  /** Volume mounts for the targeted containers of the app. */
  readonly mounts: readonly JsonObject[];
  /** Environment variables for the same containers. */
  readonly env: readonly AppVariable[];
  /** The sidecar's files, which replace any annotation of the same key. */
  readonly annotations: { readonly [key: string]: string };
  /** For other programs that read the pod: all are added, unless the pod has another value for one of them. */
  readonly podAnnotations: { readonly [key: string]: string };
  /** Fields of the pod's spec that must have these values. */
  readonly pod: { readonly [field: string]: Json | undefined };
}
