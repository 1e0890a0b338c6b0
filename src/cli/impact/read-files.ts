import { objectAt } from '../../core/fields.ts';
import type { JsonObject } from '../../core/json.ts';
import type { State } from '../../state/state.ts';
import { metadataText } from '../cluster/paths.ts';
import { readNamespaces } from '../inject/annotations.ts';
import { Locator, lineOf } from '../inject/locate.ts';
import { readManifests } from '../inject/manifests.ts';
import { objectsIn } from '../inject/objects.ts';
import { readPolicies } from '../inject/policies.ts';
import type { Source } from '../inject/sources.ts';
import { withTemplates } from '../inject/templates.ts';
import { decidingKinds } from './applied.ts';

/** An object of a file that decides about pods, with the file for messages. */
export interface Deciding {
  readonly object: JsonObject;
  readonly title: string;
  readonly file: string;
}

/** What files hold: the objects that decide about pods, the titles of others, and a line for each problem. */
export interface ReadFiles {
  readonly deciding: readonly Deciding[];
  readonly others: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Reads templates, policies and Namespaces. `state` is that of the cluster; `namespace` is for templates that name
 * none.
 */
export function readFiles(sources: readonly Source[], state: State, namespace: string, now: number): ReadFiles {
  const locator = new Locator();
  const { manifests, problems: unread } = readManifests(sources);
  const templates = withTemplates(manifests, state, namespace, locator);
  const problems = [
    ...unread,
    ...templates.problems,
    ...readPolicies(manifests, templates.catalog, now, locator).problems,
    ...readNamespaces(manifests, locator).problems,
  ];
  const found = manifests.flatMap((manifest) =>
    objectsIn(manifest.value).map(({ kind, object, title }) => ({ kind, object, title, file: manifest.file })),
  );
  return {
    deciding: found
      .filter(({ kind }) => decidingKinds.includes(kind))
      .map((each) => ({ ...each, object: inNamespace({ ...each.object, kind: each.kind }, namespace) })),
    others: found.filter(({ kind }) => !decidingKinds.includes(kind)).map(({ title, file }) => `${file}: ${title}`),
    problems: problems.map(lineOf),
  };
}

function inNamespace(object: JsonObject, namespace: string): JsonObject {
  if (object.kind !== 'SidecarTemplate' || metadataText(object, 'namespace') !== '') return object;
  return { ...object, metadata: { ...objectAt(object, 'metadata'), namespace } };
}
