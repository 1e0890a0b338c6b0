import type { Catalog } from '../catalog/catalog.ts';
import { didYouMean } from '../core/closest.ts';
import type { Template } from '../template/template.ts';

/** A message for each sidecar that a template names in `order` or `conflicts` and that is not in the catalog. */
export function unknownSidecars({ document }: Template, { templates }: Catalog): readonly string[] {
  const known = templates.map(({ name }) => name);
  const { order, conflicts } = document.spec;
  const named = { 'order.before': order.before, 'order.after': order.after, conflicts };
  return Object.entries(named).flatMap(([field, names]) =>
    names
      .filter((name) => !known.includes(name))
      .map((name) => {
        const message = `spec.${field}: The catalog has no sidecar ${name}, so this has no effect.`;
        return `${message} ${didYouMean(name, known, '')}`.trimEnd();
      }),
  );
}
