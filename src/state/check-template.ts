import { extendCatalog, maxTemplates, tooManyTemplates } from '../catalog/catalog.ts';
import type { TemplateObject } from '../core/objects.ts';
import { pathText, type TemplateProblem } from '../language/template-problem.ts';
import { compileTemplate } from '../template/compile.ts';
import { policiesBrokenBy } from './broken-policies.ts';
import { failurePolicyNote } from './failure-policy.ts';
import type { State } from './state.ts';
import { unknownSidecars } from './unknown-sidecars.ts';

/** What is to be said of a template that is being written. */
export interface TemplateCheck {
  /** What is wrong, with the path of each problem; none when all is well. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Compiles the template beside those that are in use; changes nothing. */
export function checkTemplate(object: TemplateObject, state: State): TemplateCheck {
  const compiled = compileObject(object);
  if ('problems' in compiled) return { problems: compiled.problems.map(problemMessage), warnings: [] };
  const { name, namespace } = object.metadata;
  const { conflicts } = extendCatalog(state.catalog, [compiled], { replace: namespace === undefined });
  const note = failurePolicyNote(compiled, state);
  const others = (namespace === undefined ? undefined : state.namespaces.get(namespace)?.catalog) ?? state.catalog;
  const own =
    namespace === undefined ? [] : others.templates.filter(({ document }) => document.kind === compiled.document.kind);
  if (own.length >= maxTemplates && own.every((each) => each.name !== name))
    return { problems: [problemMessage(tooManyTemplates)], warnings: [] };
  return {
    problems: [...conflicts.values()].map(problemMessage),
    warnings: [
      ...(namespace === undefined
        ? policiesBrokenBy(compiled, state).map(({ code, message }) => `${message} [${code}]`)
        : []),
      ...(note ? [note] : []),
      ...unknownSidecars(compiled, others),
    ],
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

export function problemMessage({ path, message }: TemplateProblem): string {
  return `${pathText(path)}: ${message}`;
}
