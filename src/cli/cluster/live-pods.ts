import { objectAt } from '../../core/fields.ts';
import type { JsonObject } from '../../core/json.ts';
import { uninject } from '../../engine/uninject.ts';
import type { WorkloadKind } from '../../workload/kinds.ts';
import { patched } from '../../yaml-edit/edit-document.ts';
import type { Cluster } from './open-cluster.ts';
import { createOwners, type Owner } from './owners.ts';
import { metadataText, pathTo } from './paths.ts';

/** Which pods a command is about. */
export interface PodScope {
  /** All namespaces where it is undefined. */
  readonly namespace: string | undefined;
  /** A label selector, as kubectl takes it; undefined for all pods. */
  readonly selector: string | undefined;
}

/** A pod of the cluster with its root owner. */
export interface LivePod {
  readonly namespace: string;
  readonly name: string;
  readonly owner: Owner;
  /** As it is stored. */
  readonly stored: JsonObject;
  /** Without the sidecars of its injection. */
  readonly original: JsonObject;
}

/** Ended pods never get a sidecar any more. */
const running = 'status.phase!=Succeeded,status.phase!=Failed';

/**
 * The pods that run, or are to run, one after the other: one page of them is in memory. `kinds` are those that make
 * pods. Throws `Unreadable` where they cannot be read.
 */
export function* livePods(
  cluster: Cluster,
  { namespace, selector }: PodScope,
  kinds: readonly WorkloadKind[],
): Generator<LivePod> {
  const ownerOf = createOwners(cluster, namespace, kinds);
  const labels = selector === undefined ? '' : `&labelSelector=${encodeURIComponent(selector)}`;
  const path = `${pathTo('v1', 'pods', namespace)}?fieldSelector=${encodeURIComponent(running)}${labels}`;
  for (const stored of cluster.items(path)) {
    if (metadataText(stored, 'deletionTimestamp') !== '') continue;
    yield {
      namespace: metadataText(stored, 'namespace'),
      name: metadataText(stored, 'name'),
      owner: ownerOf(stored),
      stored,
      original: original(written(stored)),
    };
  }
}

/** Without what the API server and the kubelet keep in it, which is half of a pod. */
function written(pod: JsonObject): JsonObject {
  const { status: _, ...rest } = pod;
  const { managedFields: __, ...metadata } = objectAt(pod, 'metadata');
  return { ...rest, metadata };
}

/** The pod as it was before its sidecars. */
export function original(pod: JsonObject): JsonObject {
  const removal = uninject(pod);
  const before = removal && patched(pod, removal.edits);
  // The edits of an object give an object.
  return (before as JsonObject | undefined) ?? pod;
}
