import { isObject, type Json, type JsonObject } from '../../core/json.ts';
import { isMistyped, mistypedAnnotation, unquoted } from '../../core/mistyped-annotation.ts';
import type { Problem } from '../../core/problem.ts';
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
    else if (isMistyped(key, value)) {
      const steps = [...spot.steps, 'metadata', 'annotations', key];
      const plain = unquoted(value);
      const text = plain === undefined ? undefined : (locator.writtenAt({ ...spot, steps }) ?? plain);
      problems.push(mistypedAnnotation(key, value, text));
      if (text !== undefined) annotations[key] = text;
    }
  }
  return { annotations, problems };
}

/** The same object with other annotations. */
export function withAnnotations(owner: JsonObject, annotations: ReadAnnotations['annotations']): JsonObject {
  return { ...owner, metadata: { ...(isObject(owner.metadata) ? owner.metadata : {}), annotations } };
}
