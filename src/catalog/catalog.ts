import type { Parameter } from '../language/parameter.ts';
import type { TemplateProblem } from '../language/template-problem.ts';
import type { Template } from '../template/template.ts';
import { contradictionWith, cycleThrough, ordered } from './order.ts';
import { type Words, wordsAbove } from './words.ts';

/** What the word of an annotation means: a sidecar's switch, or one of its parameters. */
export interface Meaning {
  readonly template: Template;
  readonly parameter: Parameter | undefined;
}

/** The compiled templates, and what each word after `sidecar.io/` means. */
export interface Catalog {
  /** In the order of injection: by name, but for what `order` says. */
  readonly templates: readonly Template[];
  /** The place of each name in that order. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly words: Words;
}

const reserved = new Set(['inject', 'status']);

export const noCatalog: Catalog = { templates: [], ranks: new Map(), words: new Map() };

/** Indexes templates. A word that would mean two things is a conflict, named with both owners. */
export function buildCatalog(templates: readonly Template[]): {
  readonly catalog: Catalog;
  readonly conflicts: readonly string[];
} {
  const { catalog, conflicts } = extendCatalog(noCatalog, templates, { replace: false });
  return { catalog, conflicts: [...conflicts.values()].map(({ message }) => message) };
}

/**
 * A catalog with further templates. They come one by one: one whose words would mean two things is left out, with a
 * message that names both owners, and disturbs nobody else. With `replace`, one takes the place of its namesake.
 */
export function extendCatalog(
  base: Catalog,
  additions: readonly Template[],
  { replace }: { readonly replace: boolean },
): { readonly catalog: Catalog; readonly conflicts: ReadonlyMap<Template, TemplateProblem> } {
  const own = replace ? wordsIn(base.templates) : new Map<string, Meaning>();
  const words = replace ? own : wordsAbove(base.words, own);
  const templates = new Map(base.templates.map((template) => [template.name, template]));
  const conflicts = new Map<Template, TemplateProblem>();
  for (const template of additions) {
    const namesake = templates.get(template.name);
    const replaced = replace && namesake && base.templates.includes(namesake) ? namesake : undefined;
    const conflict = conflictOf(template, words, replaced) ?? orderFlawOf(template, templates);
    if (conflict !== undefined) {
      conflicts.set(template, conflict);
      continue;
    }
    if (replaced) for (const word of wordsOf(replaced).keys()) own.delete(word);
    for (const [word, meaning] of wordsOf(template)) own.set(word, meaning);
    templates.set(template.name, template);
  }
  return { catalog: catalogOf(ordered(templates), words), conflicts };
}

/** With ranks as soon as they are asked for: most namespaces have no pod with two sidecars. */
function catalogOf(templates: readonly Template[], words: Words): Catalog {
  let ranks: Catalog['ranks'] | undefined;
  return {
    templates,
    words,
    get ranks() {
      ranks ??= new Map(templates.map(({ name }, rank) => [name, rank]));
      return ranks;
    },
  };
}

/** A copy, of which words can be taken where one template takes the place of another. */
function wordsIn(templates: readonly Template[]): Map<string, Meaning> {
  return new Map(templates.flatMap((template) => [...wordsOf(template)]));
}

function orderFlawOf(template: Template, templates: ReadonlyMap<string, Template>): TemplateProblem | undefined {
  const path = ['spec', 'order'];
  const cycle = cycleThrough(template, templates);
  if (cycle) return { path, message: `the order goes in a circle: ${cycle.join(' after ')}` };
  const found = contradictionWith(template, templates);
  if (!found) return undefined;
  const { early, late } = found;
  const message = `${late} is to come before ${early}, but ${early} comes before the init containers of the app and ${late} after them`;
  return { path, message };
}

function conflictOf(template: Template, words: Words, replaced: Template | undefined): TemplateProblem | undefined {
  const path = ['metadata', 'name'];
  for (const word of wordsOf(template).keys()) {
    if (reserved.has(word)) return { path, message: `sidecar.io/${word} belongs to the injector itself` };
    const other = words.get(word);
    if (other?.template.name === template.name && other.template !== replaced)
      return { path, message: `sidecar.io/${word} belongs to a sidecar that is there already: choose another name` };
    if (other && other.template !== replaced)
      return { path, message: `sidecar.io/${word} would belong to ${other.template.name} and to ${template.name}` };
  }
  return undefined;
}

function wordsOf(template: Template): Map<string, Meaning> {
  const words = new Map<string, Meaning>([[template.name, { template, parameter: undefined }]]);
  for (const parameter of template.parameters.values())
    words.set(`${template.name}-${parameter.name}`, { template, parameter });
  return words;
}
