import type { TemplateObject } from '../api/objects.ts';
import { extendCatalog } from '../templates/catalog.ts';
import { compileTemplate } from '../templates/compile.ts';
import type { Template } from '../templates/template.ts';
import type { TreeFlaw } from '../templates/tree.ts';
import type { State } from './state.ts';

/** What is wrong with a template that is being written: sentences with the path of each mistake, none when all is well. */
export function checkTemplate(object: TemplateObject, state: State): readonly string[] {
  const compiled = compileObject(object);
  if ('flaws' in compiled) return compiled.flaws.map(flawSentence);
  const { conflicts } = extendCatalog(state.catalog, [compiled], { replace: object.metadata.namespace === undefined });
  return [...conflicts.values()].map(flawSentence);
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
