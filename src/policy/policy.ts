import type { Layer } from '../core/source.ts';

/** The part of a SidecarPolicy that sets parameters. Keys are those of annotations: `sidecar.io/topz-port`. */
export interface Policy {
  readonly name: string;
  /** What no pod can change. */
  readonly lock: { readonly [key: string]: string };
  /** What applies where no annotation says otherwise. */
  readonly defaults: { readonly [key: string]: string };
}

/** The layers of a pod and, around them, those of the policies that apply to it: in the order of precedence. */
export function withPolicies(layers: readonly Layer[], policies: readonly Policy[]): readonly Layer[] {
  const layersOf = (kind: 'lock' | 'defaults') =>
    policies.map((policy): Layer => ({ kind, annotations: policy[kind], policy: policy.name }));
  return [...layersOf('lock'), ...layers, ...layersOf('defaults')];
}
