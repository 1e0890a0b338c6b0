import type { Catalog } from '../../catalog/catalog.ts';
import { didYouMean } from '../../core/closest.ts';
import type { Template } from '../../template/template.ts';
import { shownUrl } from '../fetch-url.ts';

/** The template that a command line names, or the only one of its files; else what to write. */
export function chosen(
  names: readonly string[],
  own: readonly Template[],
  { templates }: Catalog,
  files: readonly string[],
): Template | { readonly message: string } {
  const [name, ...others] = names;
  if (others.length > 0) return { message: `Name one template, not ${names.length}.` };
  if (name === undefined) {
    const [only, ...more] = own;
    if (only && more.length === 0) return only;
    if (only) return { message: `Name one of the templates ${own.map((template) => template.name).join(', ')}.` };
    const lacking = files.length > 0 ? `-f ${files.map(shownUrl).join(', ')}: no template found. ` : '';
    return { message: `${lacking}Name a template of the catalog, or a file with a template with -f.` };
  }
  const all = [...own, ...templates];
  const known = [...new Set(all.map((template) => template.name))];
  const hint = didYouMean(name, known, `There are ${known.join(', ')}.`);
  return all.find((template) => template.name === name) ?? { message: `Unknown template ${name}. ${hint}` };
}
