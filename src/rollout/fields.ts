import { isObject, type Json, type JsonObject, objectsOf } from '../core/json.ts';

/** The annotation by which `kubectl rollout restart` changes a pod template. */
export const restartKey = 'kubectl.kubernetes.io/restartedAt';

/** The value at a path of plain keys: `spec.strategy.type`. */
export function fieldAt(object: JsonObject, path: string): Json | undefined {
  let at: Json | undefined = object;
  for (const key of path.split('.')) at = isObject(at) ? at[key] : undefined;
  return at;
}

/** A number there; `otherwise` where there is none. */
export function numberAt(object: JsonObject, path: string, otherwise = 0): number {
  const value = fieldAt(object, path);
  return typeof value === 'number' ? value : otherwise;
}

/** A text there; empty where there is none. */
export function textAt(object: JsonObject, path: string): string {
  const value = fieldAt(object, path);
  return typeof value === 'string' ? value : '';
}

/** The objects of a list there. */
export function itemsAt(object: JsonObject, path: string): readonly JsonObject[] {
  return objectsOf(fieldAt(object, path));
}

/** When a pod, or the template of an owner, was restarted; undefined where it never was. */
export function restartOf(object: JsonObject, metadata: 'metadata' | 'spec.template.metadata'): string | undefined {
  const annotations = fieldAt(object, `${metadata}.annotations`);
  const value = isObject(annotations) ? annotations[restartKey] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** A condition of the status that has this type and holds. */
export function conditionOf(object: JsonObject, type: string, status = 'True'): JsonObject | undefined {
  return itemsAt(object, 'status.conditions').find((each) => each.type === type && each.status === status);
}
