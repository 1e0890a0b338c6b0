import type { Json } from '../core/json.ts';
import { isObject } from '../core/json.ts';

/** Where Kubernetes expands names it wants text: a port among the arguments is one. */
export function textual(value: Json): Json {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.map(textual) : value;
}

/** A CEL value as JSON. Throws for what JSON has no form for (bytes, timestamps, functions). */
export function jsonOf(value: unknown, guard: (text: string) => string): Json {
  if (typeof value === 'string') return guard(value);
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map((item) => jsonOf(item, guard));
  if (isObject(value) && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonOf(item, guard)]));
  }
  throw new Error('the expression gives a value that JSON cannot hold');
}
