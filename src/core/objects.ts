/** The objects of the cluster that the injector reads, as far as it looks at them. */

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
    readonly creationTimestamp?: Date;
  };
  readonly spec?: unknown;
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** What the injector makes of a template. */
export interface Verdict {
  readonly ready: boolean;
  readonly message: string;
}
