import { type Catalog, templateOf } from '../catalog/catalog.ts';
import type { Surroundings } from '../select/parameters.ts';
import { fixedParts } from './fixed.ts';
import type { Policy, RequiredSidecar } from './policy.ts';
import { renderRequired } from './render.ts';

/**
 * Why the API server cannot inject the required sidecars of a policy by itself, as the end of a sentence that begins
 * with the name of a sidecar. Undefined where it can: then all that the injector would add to a simple pod follows from
 * the policy.
 */
export function obstacleOf({ require }: Policy, catalog: Catalog, surroundings: Surroundings): string | undefined {
  for (const required of require) {
    const obstacle = obstacleIn(required, catalog, surroundings);
    if (obstacle !== undefined) return `${required.sidecar} ${obstacle}`;
  }
  return undefined;
}

function obstacleIn(required: RequiredSidecar, catalog: Catalog, surroundings: Surroundings): string | undefined {
  const template = templateOf(required.sidecar, catalog);
  if (!required.locksAll) return 'has settings that others may change: lock is not ["*"]';
  if (surroundings.cluster.assignsUsers) return 'gets its user from the cluster';
  const parts = template && fixedParts(template, required, surroundings);
  if (!template || !parts || template.dependencies.size > 0) return 'depends on the pod';
  const fragment = renderRequired(template, required, surroundings);
  if (fragment.mounts.length + fragment.env.length > 0) return 'changes containers of the app';
  const { shareProcessNamespace: _shared, ...fields } = fragment.pod;
  const isWhole =
    parts.containers.length === fragment.containers.length + fragment.initContainers.length &&
    parts.containers.every(({ open }) => Object.keys(open).length === 0) &&
    parts.volumes.length === fragment.volumes.length &&
    Object.keys(parts.annotations).length === Object.keys(fragment.annotations).length &&
    Object.keys({ ...fragment.podAnnotations, ...fields }).length === 0;
  return isWhole ? undefined : 'changes more of the pod than its containers, volumes and files';
}
