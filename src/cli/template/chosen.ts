import type { Catalog } from '../../catalog/catalog.ts';
import { didYouMean } from '../../core/closest.ts';
import type { Template } from '../../template/template.ts';

/** The template that a command line names, or the only one of its files; else what to write. */
export function chosen(
  names: readonly string[],
  own: readonly Template[],
  { templates }: Catalog,
): Template | { readonly message: string } {
  const [name, ...others] = names;
  if (others.length > 0) return { message: `Name one template, not ${names.length}.` };
  if (name === undefined) {
    const [only, ...more] = own;
    if (only && more.length === 0) return only;
    const listed = own.map((template) => template.name).join(', ');
    return {
      message: only ? `Name one of the templates ${listed}.` : 'Name a template of the catalog, or a file with -f.',
    };
  }
  const all = [...own, ...templates];
  const known = all.map((template) => template.name);
  const hint = didYouMean(name, known, `There are ${known.join(', ')}.`);
  return all.find((template) => template.name === name) ?? { message: `Unknown template ${name}. ${hint}` };
}
