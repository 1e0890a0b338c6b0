import { isObject, type Json } from './json.ts';
import type { Problem } from './problem.ts';
import { pathOf } from './source.ts';

/**
 * True for a sidecar annotation that is not a string. Those of others do not matter here: the API server refuses them.
 */
export function isMistyped(key: string, value: Json | undefined): boolean {
  return typeof value !== 'string' && key.includes('sidecar.io/');
}

/** The string that the user meant but left without quotes; undefined where the value is not a number or a boolean. */
export function unquoted(value: Json): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/**
 * The problem of an annotation that is not a string. `text` is what belongs between the quotes, where that is known.
 */
export function mistypedAnnotation(key: string, value: Json, text = unquoted(value)): Problem {
  const type =
    value === null ? 'null' : Array.isArray(value) ? 'a list' : isObject(value) ? 'a map' : `a ${typeof value}`;
  return {
    code: 'malformed-pod',
    path: pathOf({ kind: 'pod', key }),
    message: `The value is ${type}, but the value of an annotation must be a string.`,
    fix: text === undefined ? 'Write a string in quotes.' : `Put it in quotes: ${key}: ${JSON.stringify(text)}.`,
  };
}
