import { fromWorkloadKey, injectKey, prefix, statusKey } from '../core/annotations.ts';
import type { Parameter } from '../language/parameter.ts';
import type { TemplateProblem } from '../language/template-problem.ts';
import { parameterNames } from '../template/deferred.ts';
import type { Template } from '../template/template.ts';

/** What the word of an annotation means: a sidecar's switch, or one of its parameters. */
export interface Meaning {
  readonly template: Template;
  readonly parameter: Parameter | undefined;
}

/** The meaning of each word after `sidecar.io/`. */
export interface Words {
  get(word: string): Meaning | undefined;
  has(word: string): boolean;
  keys(): Iterable<string>;
}

/** What follows `sidecar.io/` in the annotations that belong to no sidecar. */
const reserved = new Set([injectKey, statusKey, fromWorkloadKey].map((key) => key.slice(prefix.length)));

/** The words of a template: its name, and its name with each parameter. */
export function wordsOf(template: Template): Map<string, Meaning> {
  const words = new Map<string, Meaning>([[template.name, { template, parameter: undefined }]]);
  const set = (name: string, meaning: Meaning) => words.set(`${template.name}-${name}`, meaning);
  if (template.isDeferred) for (const name of parameterNames(template)) set(name, deferredMeaning(template, name));
  else for (const parameter of template.parameters.values()) set(parameter.name, { template, parameter });
  return words;
}

/** The parameter is there when it is asked for. */
function deferredMeaning(template: Template, name: string): Meaning {
  return {
    template,
    get parameter() {
      return template.parameters.get(name);
    },
  };
}

/** The words of a namespace over those of the cluster, which all namespaces share. */
export function wordsOver(base: Words, own: ReadonlyMap<string, Meaning>): Words {
  return {
    get: (word) => own.get(word) ?? base.get(word),
    has: (word) => own.has(word) || base.has(word),
    *keys() {
      yield* base.keys();
      yield* own.keys();
    },
  };
}

/** The first word of a template that already has another meaning; `replaced` is the template that it replaces. */
export function wordConflict(
  template: Template,
  words: Words,
  replaced: Template | undefined,
): TemplateProblem | undefined {
  const path = ['metadata', 'name'];
  for (const [word, meaning] of wordsOf(template)) {
    if (reserved.has(word))
      return {
        path: nameOf(meaning.parameter, template) ?? path,
        message: `sidecar.io/${word} is reserved: choose another name`,
      };
    const owner = words.get(word)?.template;
    if (owner === undefined || owner === replaced) continue;
    if (owner.name === template.name)
      return { path, message: `a sidecar named ${owner.name} exists: choose another name` };
    return { path, message: `sidecar.io/${word} already belongs to the sidecar ${owner.name}: choose another name` };
  }
  return undefined;
}

/** Where the template names the parameter. Undefined for one that all sidecars have. */
function nameOf(parameter: Parameter | undefined, { document }: Template): TemplateProblem['path'] | undefined {
  const index = document.spec.parameters.findIndex(({ name }) => name === parameter?.name);
  return index < 0 ? undefined : ['spec', 'parameters', index, 'name'];
}
