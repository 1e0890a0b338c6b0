/** Any JSON value. What crosses the border is read as this and never rebuilt, so fields we do not know survive. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object whose keys we may not know. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** True for a JSON object: neither null nor an array nor a scalar. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a list of objects; what is no list, and items that are no objects, count as absent. */
export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
