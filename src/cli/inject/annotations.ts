import { objectAt } from '../../core/fields.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { isMistyped, mistypedAnnotation, unquoted } from '../../core/mistyped-annotation.ts';
import type { Problem } from '../../core/problem.ts';
import type { NamespaceFacts } from '../../state/state.ts';
import { fileProblem, type Locator, type Spot } from './locate.ts';
import type { FileProblem, Manifest } from './manifests.ts';
import { objectsIn } from './objects.ts';

/** The annotations of an object, and a problem for each `sidecar.io/` annotation that is not a string. */
export interface ReadAnnotations {
  readonly annotations: { readonly [key: string]: string };
  readonly problems: readonly Problem[];
}

/**
 * Reads the annotations of the object at a spot. The API server refuses values that are not strings. The text to put in
 * quotes is that of the file (`010`), not the value that YAML makes of it (8).
 */
export function readAnnotations(owner: Json | undefined, spot: Spot, locator: Locator): ReadAnnotations {
  const values = objectAt(owner, 'metadata.annotations');
  const annotations: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const [key, value = null] of Object.entries(values)) {
    if (typeof value === 'string') annotations[key] = value;
    else if (isMistyped(key, value)) {
      const steps = [...spot.steps, 'metadata', 'annotations', key];
      const plain = unquoted(value);
      const text = plain === undefined ? undefined : (locator.writtenAt({ ...spot, steps }) ?? plain);
      const isYesOrNo = typeof value === 'boolean' && text !== plain; // YAML 1.1: yes, on, no, off
      const problem = mistypedAnnotation(key, value, text);
      problems.push(isYesOrNo ? { ...problem, fix: `Write ${key}: "${plain}", or "${text}" for a text.` } : problem);
      if (plain !== undefined && text !== undefined) annotations[key] = isYesOrNo ? plain : text;
    }
  }
  return { annotations, problems };
}

/** The same object with other annotations. */
export function withAnnotations(owner: JsonObject, annotations: ReadAnnotations['annotations']): JsonObject {
  return { ...owner, metadata: { ...objectAt(owner, 'metadata'), annotations } };
}

/** A Namespace object and its position. */
export interface ReadNamespace extends NamespaceFacts {
  readonly spot: Spot;
}

/** The Namespace objects among the manifests, by name; of two with one name the last one counts. */
export function readNamespaces(
  manifests: readonly Manifest[],
  locator: Locator,
): {
  readonly namespaces: ReadonlyMap<string, ReadNamespace>;
  readonly problems: readonly FileProblem[];
} {
  const namespaces = new Map<string, ReadNamespace>();
  const problems: FileProblem[] = [];
  for (const manifest of manifests) {
    for (const found of objectsIn(manifest.value)) {
      if (found.kind !== 'Namespace') continue;
      const spot = { manifest, steps: found.steps };
      const read = readAnnotations(found.object, spot, locator);
      namespaces.set(found.name, { annotations: read.annotations, labels: labelsOf(found.object), spot });
      for (const problem of read.problems) problems.push(fileProblem(problem, spot, found.title, locator));
    }
  }
  return { namespaces, problems };
}

function labelsOf(object: JsonObject): Readonly<Record<string, string>> {
  const entries = Object.entries(objectAt(object, 'metadata.labels')).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}
