import { lastAppliedKey } from '../../core/annotations.ts';
import { isObject, type Json, type JsonObject } from '../../core/json.ts';
import { policyKind } from '../../policy/compile.ts';
import { metadataText } from '../cluster/paths.ts';
import type { ClusterObjects } from '../cluster/read-state.ts';

/** The kinds of objects that decide about pods. */
export const decidingKinds = ['ClusterSidecarTemplate', 'SidecarTemplate', policyKind, 'Namespace'];

/** The objects of a cluster as they would be after `kubectl apply` of one more. `now` is in milliseconds since 1970. */
export function withApplied(objects: ClusterObjects, applied: JsonObject, now: number): ClusterObjects {
  const replaced = (stored: readonly JsonObject[]) => withReplaced(stored, applied, now);
  if (applied.kind === 'Namespace') return { ...objects, namespaces: withNamespace(objects.namespaces, applied) };
  if (applied.kind === policyKind) return { ...objects, policies: replaced(objects.policies) };
  return { ...objects, templates: replaced(objects.templates) };
}

/**
 * With the object instead of the stored one of its kind and name, whose age it keeps: the older of two templates has
 * its words.
 */
function withReplaced(stored: readonly JsonObject[], applied: JsonObject, now: number): readonly JsonObject[] {
  const isSame = (other: JsonObject) =>
    other.kind === applied.kind &&
    ['name', 'namespace'].every((field) => metadataText(other, field) === metadataText(applied, field));
  const former = stored.find(isSame);
  const age = former ? metadataText(former, 'creationTimestamp') : new Date(now).toISOString();
  const metadata = { ...(isObject(applied.metadata) ? applied.metadata : {}), creationTimestamp: age };
  return [...stored.filter((other) => other !== former), { ...applied, metadata }];
}

/** Only a namespace that the cluster has can have pods. */
function withNamespace(stored: readonly JsonObject[], applied: JsonObject): readonly JsonObject[] {
  return stored.map((namespace) => {
    if (metadataText(namespace, 'name') !== metadataText(applied, 'name')) return namespace;
    const metadata = isObject(namespace.metadata) ? namespace.metadata : {};
    const last = lastApplied(metadata.annotations);
    const merged = (field: 'annotations' | 'labels') => {
      const [written, before, own] = [applied, last, namespace].map((each) => fieldOf(each, field));
      const kept = Object.entries(own ?? {}).filter(([key]) => !Object.hasOwn(before ?? {}, key));
      return { ...Object.fromEntries(kept), ...written };
    };
    return { ...namespace, metadata: { ...metadata, annotations: merged('annotations'), labels: merged('labels') } };
  });
}

function fieldOf({ metadata }: JsonObject, field: 'annotations' | 'labels'): JsonObject {
  const values = isObject(metadata) ? metadata[field] : undefined;
  return isObject(values) ? values : {};
}

/** What the last `kubectl apply` wrote: it removes what the next one leaves out. */
function lastApplied(annotations: Json | undefined): JsonObject {
  const text = isObject(annotations) ? annotations[lastAppliedKey] : undefined;
  try {
    const value: unknown = JSON.parse(typeof text === 'string' ? text : '{}');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
