import type { Json, JsonObject } from '../core/json.ts';

/** What a template becomes once its parameters are known: plain parts of a pod. */
export interface Fragment {
  /** Containers beside the app's; empty in the native form. */
  readonly containers: readonly JsonObject[];
  /** Init containers, native sidecars (`restartPolicy: Always`) among them. */
  readonly initContainers: readonly JsonObject[];
  readonly volumes: readonly JsonObject[];
  /** Volume mounts for the targeted containers of the app. */
  readonly mounts: readonly JsonObject[];
  /** Environment variables for the same containers. */
  readonly env: readonly JsonObject[];
  /** The sidecar's files, and nothing else: they are set whatever the pod says. */
  readonly annotations: { readonly [key: string]: string };
  /** What others read about the pod: added as a whole, where the pod says nothing else. */
  readonly podAnnotations: { readonly [key: string]: string };
  /** Fields of the pod's spec that must have these values. */
  readonly pod: { readonly [field: string]: Json | undefined };
}
