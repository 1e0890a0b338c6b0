import type { JsonObject } from '../../core/json.ts';
import { controllerOf } from '../../core/owner.ts';
import { titleOf } from '../../core/title.ts';
import { kindOfObject, type WorkloadKind } from '../../workload/kinds.ts';
import type { Cluster } from './open-cluster.ts';
import { maxOwners } from './owners.ts';
import { metadataText, pathTo } from './paths.ts';

/** `deployment/web`. */
export function titleOfObject(object: JsonObject): string {
  return titleOf(String(object.kind ?? ''), metadataText(object, 'name'));
}

/** The workloads above an object, the nearest first, as far as they are of these kinds. */
export function ownersOf(
  cluster: Cluster,
  object: JsonObject,
  namespace: string,
  kinds: readonly WorkloadKind[],
): JsonObject[] {
  const owners: JsonObject[] = [];
  for (let at = object; owners.length < maxOwners; ) {
    const owner = controllerOf(at);
    const kind = owner && kindOfObject(kinds, owner.apiVersion, owner.kind);
    const next = owner && kind && cluster.at(pathTo(owner.apiVersion, kind.resource, namespace, owner.name));
    if (!next) break;
    owners.push(next);
    at = next;
  }
  return owners;
}
