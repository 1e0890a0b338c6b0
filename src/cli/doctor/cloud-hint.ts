import type { Health } from './health.ts';

/**
 * What usually keeps the API server of a cloud from reaching pods, by what its nodes are called; sources:
 * docs/install.md.
 */
const hints: readonly (readonly [RegExp, string])[] = [
  [/^aws:/, ' On EKS with another network plugin than the VPC CNI: --set hostNetwork=true --set port=9444.'],
  [/^gce:/, ' On GKE with private nodes: --set port=10250, or a firewall rule from the control plane to port 9443.'],
];

/** The hint for the cloud that the nodes are of; empty elsewhere. */
export function cloudHint({ nodes = [] }: Pick<Health, 'nodes'>): string {
  return hints.find(([pattern]) => nodes.some(({ provider }) => pattern.test(provider)))?.[1] ?? '';
}
