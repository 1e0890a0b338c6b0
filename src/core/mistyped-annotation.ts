import { annotationPath } from './annotations.ts';
import { isObject, type Json } from './json.ts';
import type { Problem } from './problem.ts';

/** True for an annotation of ours that is no string. Those of others may be anything: the API server refuses them itself. */
export function isMistyped(key: string, value: Json | undefined): boolean {
  return typeof value !== 'string' && key.includes('sidecar.io/');
}

/** The text that somebody meant who left the quotes away; undefined where that is not a single value. */
export function unquoted(value: Json): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** The problem with an annotation that is no string. `text` is what belongs between quotes, where that is known. */
export function mistypedAnnotation(key: string, value: Json, text = unquoted(value)): Problem {
  const type =
    value === null ? 'nothing' : Array.isArray(value) ? 'a list' : isObject(value) ? 'a map' : `a ${typeof value}`;
  return {
    code: 'malformed-pod',
    path: annotationPath(key),
    message: `The value is ${type}, and the API server takes only strings for annotations.`,
    fix: text === undefined ? 'Write a text between quotes.' : `Put it in quotes: ${key}: ${JSON.stringify(text)}.`,
  };
}
