import type { TemplateProblem } from '../language/template-problem.ts';
import type { Template } from '../template/template.ts';
import { ordered, orderProblem } from './order.ts';
import { type Meaning, type Words, wordConflict, wordsOf, wordsOver } from './words.ts';

/** Compiled templates, and the words of their annotations. */
export interface Catalog {
  /** In the order of injection: by name, unless `order` says otherwise. */
  readonly templates: readonly Template[];
  readonly words: Words;
}

export const noCatalog: Catalog = { templates: [], words: new Map() };

/** Templates of one namespace: tenants write them, and each change of one is checked against all of them. */
export const maxTemplates = 100;

export const tooManyTemplates: TemplateProblem = {
  path: ['metadata', 'namespace'],
  message: `the namespace already has ${maxTemplates} templates, and no more are used: remove some of them`,
};

/** The namespace whose pods alone a template is for; undefined for one of the cluster. */
export function namespaceOf({ document: { kind, metadata } }: Template): string | undefined {
  return kind === 'SidecarTemplate' ? metadata.namespace : undefined;
}

/** The template of a sidecar, by its name. */
export function templateOf(sidecar: string | undefined, { templates }: Catalog): Template | undefined {
  return templates.find(({ name }) => name === sidecar);
}

/**
 * A catalog with further templates, added one by one. The first template has its words: a later one that declares the
 * same word, or contradicts the order of those before it, is left out and listed in `conflicts`. With `replace`, a
 * template replaces the one of the same name in `base`.
 */
export function extendCatalog(
  base: Catalog,
  additions: readonly Template[],
  { replace }: { readonly replace: boolean },
): { readonly catalog: Catalog; readonly conflicts: ReadonlyMap<Template, TemplateProblem> } {
  const copies = replace || base === noCatalog;
  const own = copies ? wordsIn(base.templates) : new Map<string, Meaning>();
  const words = copies ? own : wordsOver(base.words, own);
  const templates = new Map(base.templates.map((template) => [template.name, template]));
  const conflicts = new Map<Template, TemplateProblem>();
  for (const template of additions) {
    const namesake = templates.get(template.name);
    const replaced = replace && namesake && base.templates.includes(namesake) ? namesake : undefined;
    const conflict = wordConflict(template, words, replaced) ?? orderProblem(template, templates);
    if (conflict !== undefined) {
      conflicts.set(template, conflict);
      continue;
    }
    if (replaced) for (const word of wordsOf(replaced).keys()) own.delete(word);
    for (const [word, meaning] of wordsOf(template)) own.set(word, meaning);
    templates.set(template.name, template);
  }
  return { catalog: { templates: ordered(templates), words }, conflicts };
}

/** A copy of all words, so that those of a replaced template can be removed. */
function wordsIn(templates: readonly Template[]): Map<string, Meaning> {
  return new Map(templates.flatMap((template) => [...wordsOf(template)]));
}
