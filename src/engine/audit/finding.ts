import type { Problem } from '../../core/problem.ts';

/**
 * A container of a sidecar with another image before than after: in the cluster than today, or today than with a file.
 */
export interface OtherImage {
  readonly container: string;
  readonly from: string;
  readonly to: string;
}

/** In what a pod differs from the one that would be made of it today. All but `refused` are about one sidecar. */
export type Finding =
  /** `was` is true where `sidecar.io/status` says that the injector added it: somebody has removed it since. */
  | { readonly kind: 'missing'; readonly sidecar: string; readonly source: string; readonly was: boolean }
  /** The template, a setting, the image or the form, native or classic, is another one today. */
  | { readonly kind: 'outdated'; readonly sidecar: string; readonly images: readonly OtherImage[] }
  /** The same template with the same settings, but another image: by kubectl set image, or by another webhook. */
  | { readonly kind: 'image'; readonly sidecar: string; readonly images: readonly OtherImage[] }
  /** By hand or by another webhook. `fields` are paths below the pod: `sidecar-topz.args`. */
  | { readonly kind: 'changed'; readonly sidecar: string; readonly fields: readonly string[] }
  /** Nothing asks for it any more. */
  | { readonly kind: 'extra'; readonly sidecar: string }
  /**
   * It is missing or outdated, and a new pod would not have it either: the API server does not call the injector for
   * it.
   */
  | { readonly kind: 'unreached'; readonly sidecar: string }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** Whether a new pod instead of this one is as it should be. */
export function isFixedByRestart({ kind }: Finding): boolean {
  return kind !== 'refused' && kind !== 'unreached';
}
