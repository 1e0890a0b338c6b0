import type { TemplateObject } from '../api/objects.ts';
import { extendCatalog } from '../templates/catalog.ts';
import { compileTemplate } from '../templates/compile.ts';
import { placeText, type TreeFlaw } from '../templates/place.ts';
import { policyNote } from './failure-policy.ts';
import type { State } from './state.ts';
import { unknownSidecars } from './unknown-sidecars.ts';

/** What is to be said of a template that is being written. */
export interface TemplateCheck {
  /** What is wrong, with the path of each mistake; none when all is well. */
  readonly flaws: readonly string[];
  readonly warnings: readonly string[];
}

/** Compiles the template beside those that are in use; changes nothing. */
export function checkTemplate(object: TemplateObject, state: State): TemplateCheck {
  const compiled = compileObject(object);
  if ('flaws' in compiled) return { flaws: compiled.flaws.map(flawSentence), warnings: [] };
  const { namespace } = object.metadata;
  const { conflicts } = extendCatalog(state.catalog, [compiled], { replace: namespace === undefined });
  const note = policyNote(compiled, state);
  const others = (namespace === undefined ? undefined : state.namespaces.get(namespace)?.catalog) ?? state.catalog;
  return {
    flaws: [...conflicts.values()].map(flawSentence),
    warnings: [...(note ? [note] : []), ...unknownSidecars(compiled, others)],
  };
}

/** What an object of the cluster is as a template; what the API server keeps about it does not count. */
export function compileObject({
  apiVersion,
  kind,
  metadata,
  spec,
}: TemplateObject): ReturnType<typeof compileTemplate> {
  const { name, namespace } = metadata;
  return compileTemplate({
    apiVersion,
    kind,
    metadata: namespace === undefined ? { name } : { name, namespace },
    spec,
  });
}

export function flawSentence({ path, sentence }: TreeFlaw): string {
  return `${placeText(path)}: ${sentence}`;
}
