import { annotationPath } from '../../api/annotations.ts';
import { isObject, type Json, type JsonObject } from '../../api/json.ts';
import type { Problem } from '../../api/problem.ts';
import type { Locator, Spot } from './locate.ts';

/** The annotations of an object that can be used, and a problem for each `sidecar.io/` one that is no string. */
export interface ReadAnnotations {
  readonly annotations: { readonly [key: string]: string };
  readonly problems: readonly Problem[];
}

/**
 * Reads the annotations of the object at a spot as the API server would, which refuses every value that is no string.
 * What a person has to put in quotes is the text in the file (`010`), not what YAML makes of it (8).
 */
export function readAnnotations(owner: Json | undefined, spot: Spot, locator: Locator): ReadAnnotations {
  const metadata = isObject(owner) ? owner.metadata : undefined;
  const values = isObject(metadata) && isObject(metadata.annotations) ? metadata.annotations : {};
  const annotations: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const [key, value = null] of Object.entries(values)) {
    if (typeof value === 'string') annotations[key] = value;
    else if (key.includes('sidecar.io/')) {
      const isScalar = typeof value === 'number' || typeof value === 'boolean';
      const steps = [...spot.steps, 'metadata', 'annotations', key];
      const text = isScalar ? (locator.writtenAt({ ...spot, steps }) ?? String(value)) : undefined;
      problems.push(notAString(key, value, text));
      if (text !== undefined) annotations[key] = text;
    }
  }
  return { annotations, problems };
}

/** The same object with other annotations. */
export function withAnnotations(owner: JsonObject, annotations: ReadAnnotations['annotations']): JsonObject {
  return { ...owner, metadata: { ...(isObject(owner.metadata) ? owner.metadata : {}), annotations } };
}

function notAString(key: string, value: Json, text: string | undefined): Problem {
  const type =
    value === null ? 'nothing' : Array.isArray(value) ? 'a list' : isObject(value) ? 'a map' : `a ${typeof value}`;
  return {
    code: 'malformed-pod',
    path: annotationPath(key),
    sentence: `The value is ${type}, and the API server takes only strings for annotations.`,
    fix: text === undefined ? 'Write a text between quotes.' : `Put it in quotes: ${key}: ${JSON.stringify(text)}.`,
  };
}
