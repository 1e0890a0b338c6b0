import { isObject, type Json, type JsonObject } from './json.ts';

/** The value at a path of plain keys: `spec.strategy.type`. */
export function fieldAt(object: Json | undefined, path: string): Json | undefined {
  let at = object;
  for (const key of path.split('.')) at = isObject(at) ? at[key] : undefined;
  return at;
}

/** A text there; empty where there is none. */
export function textAt(object: Json | undefined, path: string): string {
  const value = fieldAt(object, path);
  return typeof value === 'string' ? value : '';
}

/** An object there; one without fields where there is none. */
export function objectAt(object: Json | undefined, path: string): JsonObject {
  const value = fieldAt(object, path);
  return isObject(value) ? value : {};
}
