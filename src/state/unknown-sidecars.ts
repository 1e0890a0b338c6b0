import type { Catalog } from '../catalog/catalog.ts';
import { closest } from '../core/closest.ts';
import type { Template } from '../template/template.ts';

/** A message for each sidecar that a template names in `order` or `conflicts` and that is not in the catalog. */
export function unknownSidecars({ document }: Template, { ranks }: Catalog): readonly string[] {
  const { order, conflicts } = document.spec;
  const named = { 'order.before': order.before, 'order.after': order.after, conflicts };
  return Object.entries(named).flatMap(([field, names]) =>
    names
      .filter((name) => !ranks.has(name))
      .map((name) => {
        const near = closest(name, ranks.keys());
        return `spec.${field}: There is no sidecar ${name}, so this counts for nothing until there is one.${near ? ` Did you mean ${near}?` : ''}`;
      }),
  );
}
