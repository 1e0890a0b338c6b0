/**
 * Everything that can set a parameter, highest precedence first: the first layer with a setting wins. The lock of a
 * policy overrides the pod's annotations, its defaults apply where no annotation does. The default of the template
 * comes last; it is not a source, because nobody wrote it for this pod.
 */
export const precedence = ['lock', 'pod', 'workload', 'namespace', 'defaults'] as const;
export type SourceKind = (typeof precedence)[number];

/** The source of a setting: the kind of layer, and the key of the annotation. `policy` is the policy's name. */
export interface Source {
  readonly kind: SourceKind;
  readonly key: string;
  readonly policy?: string;
}

/** The annotations of one object, or of one part of a policy. */
export interface Layer {
  readonly kind: SourceKind;
  readonly annotations: { readonly [key: string]: string } | undefined;
  readonly policy?: string;
  /** Keys that have no effect on the pod in question, because what they say is a problem there. */
  readonly leftOut?: ReadonlySet<string>;
}

/** True when a setting in the first kind of layer overrides one in the second. */
export function outranks(a: SourceKind, b: SourceKind): boolean {
  return precedence.indexOf(a) < precedence.indexOf(b);
}

/**
 * A source as problems and the status show it: `metadata.annotations['sidecar.io/topz']` on the pod, with `workload.`
 * or `namespace.` in front on those objects; `policies['team-shop'].lock['sidecar.io/topz']` in a policy.
 */
export function pathOf({ kind, key, policy = '' }: Source): string {
  switch (kind) {
    case 'pod':
      return `metadata.annotations['${key}']`;
    case 'workload':
    case 'namespace':
      return `${kind}.metadata.annotations['${key}']`;
    case 'lock':
    case 'defaults':
      return `policies['${policy}'].${kind}['${key}']`;
  }
}
