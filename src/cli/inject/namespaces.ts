import { isObject, type JsonObject } from '../../core/json.ts';
import type { NamespaceFacts } from '../../state/state.ts';
import { readAnnotations } from './annotations.ts';
import type { FileProblem } from './file-problem.ts';
import { fileProblem } from './file-problem.ts';
import type { Locator, Spot } from './locate.ts';
import type { Manifest } from './manifests.ts';
import { objectsIn } from './objects.ts';

/** A Namespace object: what it says, and where it stands. */
export interface ReadNamespace extends NamespaceFacts {
  readonly spot: Spot;
}

/** The Namespace objects among the manifests, by name; where two have one name, the later counts. */
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

function labelsOf({ metadata }: JsonObject): Readonly<Record<string, string>> {
  const labels = isObject(metadata) && isObject(metadata.labels) ? metadata.labels : {};
  const entries = Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries);
}
