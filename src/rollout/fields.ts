import { fieldAt, objectAt } from '../core/fields.ts';
import { type JsonObject, objectsOf } from '../core/json.ts';

/** The annotation by which `kubectl rollout restart` changes a pod template. */
export const restartKey = 'kubectl.kubernetes.io/restartedAt';

/** A number at a path of plain keys; `otherwise` where there is none. */
export function numberAt(object: JsonObject, path: string, otherwise = 0): number {
  const value = fieldAt(object, path);
  return typeof value === 'number' ? value : otherwise;
}

/** The objects of a list there. */
export function itemsAt(object: JsonObject, path: string): readonly JsonObject[] {
  return objectsOf(fieldAt(object, path));
}

/** When a pod, or the template of an owner, was restarted; undefined where it never was. */
export function restartOf(object: JsonObject, metadata: 'metadata' | 'spec.template.metadata'): string | undefined {
  const value = objectAt(object, `${metadata}.annotations`)[restartKey];
  return typeof value === 'string' ? value : undefined;
}

/** A condition of the status that has this type and holds. */
export function conditionOf(object: JsonObject, type: string, status = 'True'): JsonObject | undefined {
  return itemsAt(object, 'status.conditions').find((each) => each.type === type && each.status === status);
}
