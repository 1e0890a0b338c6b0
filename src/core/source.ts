import { annotationPath } from './annotations.ts';

/** The objects whose annotations can set something, by precedence: the first one that says something counts. */
export const precedence = ['pod', 'workload', 'namespace'] as const;
export type SourceKind = (typeof precedence)[number];

/** The source of a setting: the kind of object that it is written on, and the key of the annotation. */
export interface Source {
  readonly kind: SourceKind;
  readonly key: string;
}

/** The annotations of one object. */
export interface Layer {
  readonly kind: SourceKind;
  readonly annotations: { readonly [key: string]: string } | undefined;
}

/** True when a setting on the first kind of object overrides one on the second. */
export function outranks(a: SourceKind, b: SourceKind): boolean {
  return precedence.indexOf(a) < precedence.indexOf(b);
}

/**
 * A source as problems and the status name it: `metadata.annotations['sidecar.io/topz']` for the pod, with
 * `workload.` or `namespace.` in front for the others.
 */
export function pathOf({ kind, key }: Source): string {
  const path = annotationPath(key);
  return kind === 'pod' ? path : `${kind}.${path}`;
}
