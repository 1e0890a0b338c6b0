import { type Annotations, isCarried } from '../../core/from-workload.ts';
import { isObject, type JsonObject } from '../../core/json.ts';
import { controllerOf } from '../../core/owner.ts';
import { kindOfObject, type WorkloadKind } from '../../workload/kinds.ts';
import { annotationsOf } from '../../workload/templates.ts';
import type { Cluster } from './open-cluster.ts';
import { metadataText, pathTo } from './paths.ts';

/** The workload that somebody wrote, or the pod itself where nothing owns it. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Its annotations for sidecars; undefined where it is not a workload, or may not be read. */
  readonly annotations: Annotations | undefined;
}

/** Levels between a pod and what somebody wrote: a CronJob, its Job, its pod. */
export const maxOwners = 4;

type Reference = NonNullable<ReturnType<typeof controllerOf>>;
interface Workload extends Owner {
  readonly controller: Reference | undefined;
}

/**
 * Finds the root owners of pods: the Deployment above the ReplicaSet, the CronJob above the Job. Each kind is read
 * once, in pages, when the first pod has an owner of that kind; only what is needed of a workload stays in memory.
 * `namespace` is where the pods are; undefined for all namespaces. `kinds` are those that make pods. Whoever creates a
 * pod writes its references: one to a version that does not exist, or to a workload of another namespace, counts for
 * this pod alone.
 */
export function createOwners(
  cluster: Cluster,
  namespace: string | undefined,
  kinds: readonly WorkloadKind[],
): (pod: JsonObject) => Owner {
  const read = new Map<string, Map<string, Workload | undefined> | undefined>();
  const workloadOf = (reference: Reference, inNamespace: string): Workload | undefined => {
    const { apiVersion, uid, name } = reference;
    const kind = kindOfObject(kinds, apiVersion, reference.kind);
    if (!kind) return undefined;
    const pick = (object: JsonObject) => workloadIn(object, apiVersion, kind.kind);
    const path = pathTo(apiVersion, kind.resource, namespace);
    if (!read.has(path)) {
      const picked = cluster.picked(path, (object) => (isOver(object) ? undefined : pick(object)));
      read.set(path, picked && new Map(picked.map((each) => [each.uid, each])));
    }
    const known = read.get(path);
    // Who may not list a kind may not get its objects either: one message is enough.
    if (!known) return undefined;
    if (!known.has(uid)) {
      const object = cluster.at(pathTo(apiVersion, kind.resource, inNamespace, name));
      const found = object && pick(object);
      known.set(uid, found?.uid === uid ? found : undefined);
    }
    const found = known.get(uid);
    return found?.namespace === inNamespace ? found : undefined;
  };
  return (pod) => {
    const inNamespace = metadataText(pod, 'namespace');
    let owner = alone(pod);
    let next = controllerOf(pod);
    for (let level = 0; next && level < maxOwners; level++) {
      const workload = workloadOf(next, inNamespace);
      // What an unknown kind says comes with its pods, and the workload below it was written by its controller.
      if (!workload) return level > 0 ? { ...owner, annotations: undefined } : unknownOwner(pod, next);
      owner = workload;
      next = workload.controller;
    }
    return owner;
  };
}

function alone(pod: JsonObject): Owner {
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', annotations: undefined },
    namespace: metadataText(pod, 'namespace'),
    name: metadataText(pod, 'name'),
    uid: metadataText(pod, 'uid'),
  };
}

/** A node only reports the static pods that it has: these have no owner. */
function unknownOwner(pod: JsonObject, reference: Reference): Owner {
  if (reference.kind === 'Node') return alone(pod);
  return { ...reference, namespace: metadataText(pod, 'namespace'), annotations: undefined };
}

function workloadIn(object: JsonObject, apiVersion: string, kind: string): Workload {
  const annotations = Object.entries(annotationsOf(object) ?? {}).flatMap(([key, value]) =>
    isCarried(key) && typeof value === 'string' ? [[key, value] as const] : [],
  );
  return {
    ...{ apiVersion, kind, annotations: Object.fromEntries(annotations), controller: controllerOf(object) },
    namespace: metadataText(object, 'namespace'),
    name: metadataText(object, 'name'),
    uid: metadataText(object, 'uid'),
  };
}

/**
 * Whether it has no pods that run: an older ReplicaSet of a Deployment, a Job that has ended. They are most of their
 * kinds.
 */
function isOver({ spec, status }: JsonObject): boolean {
  const { replicas: asked } = isObject(spec) ? spec : {};
  const { replicas, completionTime } = isObject(status) ? status : {};
  return (asked === 0 && replicas === 0) || completionTime !== undefined;
}
