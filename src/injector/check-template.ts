import type { TemplateObject } from '../api/objects.ts';
import { extendCatalog } from '../templates/catalog.ts';
import { compileTemplate } from '../templates/compile.ts';
import type { Template } from '../templates/template.ts';
import type { TreeFlaw } from '../templates/tree.ts';
import { policyNote } from './failure-policy.ts';
import type { State } from './state.ts';

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
  const { conflicts } = extendCatalog(state.catalog, [compiled], { replace: object.metadata.namespace === undefined });
  const note = policyNote(compiled, state);
  return { flaws: [...conflicts.values()].map(flawSentence), warnings: note ? [note] : [] };
}

/** Bytes of JSON, or nearly so: what a pod gets from it is far less. */
const largest = 256 * 1024;

export function compileObject(object: TemplateObject): Template | { readonly flaws: readonly TreeFlaw[] } {
  const size = JSON.stringify(object.spec ?? null).length;
  if (size > largest) return { flaws: [{ path: ['spec'], sentence: `is ${size} bytes long, ${largest} are allowed` }] };
  return compileTemplate(object);
}

export function flawSentence({ path, sentence }: TreeFlaw): string {
  return `${path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .slice(1)}: ${sentence}`;
}
