import { indexOfName, type Json } from '../core/json.ts';
import type { NamedObject, Pod } from '../core/objects.ts';

/** A scan of so few is cheaper than a map. */
const few = 16;
const indexes = new WeakMap<readonly NamedObject[], ReadonlyMap<Json | undefined, number>>();

/**
 * The index of the pod's volume with that name; -1 where none has it. A pod can have tens of thousands of volumes and of mounts
 * that name them, so those of a long list are looked up.
 */
export function volumeIndex({ spec: { volumes } }: Pod, name: Json | undefined): number {
  if (volumes == null || volumes.length <= few) return indexOfName(volumes, name);
  let index = indexes.get(volumes);
  if (!index) {
    index = new Map(volumes.map(({ name }, i) => [name, i]));
    indexes.set(volumes, index);
  }
  return index.get(name) ?? -1;
}

/** The pod's volume with that name. */
export function volumeOf(pod: Pod, name: Json | undefined): NamedObject | undefined {
  return pod.spec.volumes?.[volumeIndex(pod, name)];
}
