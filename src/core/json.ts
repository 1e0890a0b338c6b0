/**
 * Any JSON value. Objects from outside keep this type and are never rebuilt, so fields that this program does not know
 * survive.
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object with any keys. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** True for a JSON object: not null, not an array, not a scalar. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True when two values are the same in JSON, which has no order of keys and no negative zero. */
export function isSameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isObject(a)) {
    if (!isObject(b)) return false;
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSameJson(a[key], b[key]))
    );
  }
  return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSameJson(item, b[i]));
}

/** A scalar as text. A list or an object has none: what is in it can keep `String` from making one. */
export function scalarText(value: Json | undefined): string {
  return typeof value === 'object' && value !== null ? '' : String(value);
}

/** The objects in a list; everything else counts as absent. */
export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The index of the item with that name; -1 where no item has it. */
export function indexOfName(list: readonly JsonObject[] | undefined, name: Json | undefined): number {
  if (list == null) return -1;
  for (let i = 0; i < list.length; i++) if (list[i]?.name === name) return i;
  return -1;
}

/** A value as JSON in ASCII: its length in bytes is that of the text. */
export function asciiJson(value: object, space?: number): string {
  const json = JSON.stringify(value, null, space);
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A key as part of a JSON pointer (RFC 6901). */
export function pointerKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** True for null, an empty list and an empty object. */
export function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object') return false;
  for (const _ in value) return false;
  return true;
}

/** The object without the lists and maps that are empty. */
export function withoutEmpty<T extends { readonly [key: string]: object }>(object: T): Partial<T> {
  const kept: Partial<T> = {};
  for (const key in object) if (!isEmpty(object[key])) kept[key] = object[key];
  return kept;
}
