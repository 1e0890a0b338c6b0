/** What every object of the API server has, as far as it matters here. */
export interface Resource {
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly annotations?: { readonly [key: string]: string };
    readonly labels?: { readonly [key: string]: string };
  };
}

/** Names an object among those of its kind: `shop/web`, or `web` for one without a namespace. */
export function keyOf({ metadata }: Resource): string {
  return metadata?.namespace === undefined ? (metadata?.name ?? '') : `${metadata.namespace}/${metadata.name}`;
}
