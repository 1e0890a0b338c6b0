import type { JsonObject } from '../../core/json.ts';
import { uninject } from '../../engine/uninject.ts';
import { patched } from '../../yaml-edit/edit-document.ts';
import { type Cluster, metadataText, pathTo } from './open-cluster.ts';
import { createOwners, type Owner } from './owners.ts';

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
 * The pods that run, or are to run, one after the other: one page of them is in memory. Throws where they cannot be read, with
 * what kubectl says.
 */
export function* livePods(cluster: Cluster, { namespace, selector }: PodScope): Generator<LivePod> {
  const ownerOf = createOwners(cluster, namespace);
  const labels = selector === undefined ? '' : `&labelSelector=${encodeURIComponent(selector)}`;
  const path = `${pathTo('v1', 'pods', namespace)}?fieldSelector=${encodeURIComponent(running)}${labels}`;
  for (const page of cluster.pages(path))
    for (const stored of page) {
      if (metadataText(stored, 'deletionTimestamp') !== '') continue;
      yield {
        namespace: metadataText(stored, 'namespace'),
        name: metadataText(stored, 'name'),
        owner: ownerOf(stored),
        stored,
        original: original(stored),
      };
    }
}

/** The pod as it was before its sidecars. */
export function original(pod: JsonObject): JsonObject {
  const removal = uninject(pod);
  const before = removal && patched(pod, removal.edits);
  // The edits of an object give an object.
  return (before as JsonObject | undefined) ?? pod;
}
