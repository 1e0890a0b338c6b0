import type { JsonObject } from './json.ts';

/** A pod, or a workload's pod template: only what the engine reads is named, everything else is kept as it is. */
export interface Pod extends JsonObject {
  readonly metadata?: PodMetadata;
  readonly spec: PodSpec;
}

export interface PodMetadata extends JsonObject {
  readonly name?: string;
  readonly generateName?: string;
  readonly annotations?: { readonly [key: string]: string };
  readonly labels?: { readonly [key: string]: string };
}

export interface PodSpec extends JsonObject {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly NamedObject[];
}

export interface NamedObject extends JsonObject {
  readonly name: string;
}

export interface Container extends NamedObject {
  readonly volumeMounts?: readonly VolumeMount[];
  readonly ports?: readonly JsonObject[];
}

export interface VolumeMount extends NamedObject {
  readonly mountPath: string;
  readonly subPath?: string;
}

export interface NamespaceObject {
  readonly name: string;
  readonly annotations: { readonly [key: string]: string };
  readonly labels?: { readonly [key: string]: string };
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

/** A ClusterSidecarTemplate, or a SidecarTemplate, which has a namespace. The spec is checked when it is compiled. */
export interface TemplateObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
  };
  readonly spec?: unknown;
  readonly status?: {
    readonly conditions?: readonly Condition[];
  } & Partial<Form>;
}

/** What the sidecars of the cluster are, and why. */
export interface Form {
  readonly form: 'Native' | 'Classic';
  readonly formReason: string;
}

/** What the injector makes of a template. One in use has a form, where that is known. */
export interface Verdict extends Partial<Form> {
  readonly ready: boolean;
  readonly message: string;
}

/** A node, as far as its version matters. */
export interface NodeObject {
  readonly name: string;
  /** Of its kubelet: `v1.36.3`. */
  readonly version: string;
  /** `linux`, `windows`. */
  readonly os: string;
  /** The label `type`, by which virtual kubelets are known. */
  readonly type: string;
}

export interface ClusterVersions {
  /** `v1.36.3`; empty when unknown. */
  readonly apiServer: string;
  /** Or why they are not known. */
  readonly nodes: readonly NodeObject[] | { readonly unknown: string };
}
