import { annotationPath } from '../api/annotations.ts';

/** One place where annotations can be written. Layers are listed by precedence, the highest first. */
export interface Layer {
  readonly name: 'pod' | 'workload' | 'namespace';
  readonly annotations: { readonly [key: string]: string } | undefined;
}

/** Where a setting was written. */
export interface Place {
  readonly layer: Layer['name'];
  readonly key: string;
}

/**
 * A place as problems and the status name it. The pod's own annotations need no prefix;
 * those of the workload and the namespace say whose they are.
 */
export function pathOf(place: Place): string {
  const path = annotationPath(place.key);
  return place.layer === 'pod' ? path : `${place.layer}.${path}`;
}
