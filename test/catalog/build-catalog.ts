import { type Catalog, extendCatalog, noCatalog } from '../../src/catalog/catalog.ts';
import type { Template } from '../../src/template/template.ts';

/** A catalog of these templates, with a message for each template that is left out. */
export function buildCatalog(templates: readonly Template[]): {
  readonly catalog: Catalog;
  readonly conflicts: readonly string[];
} {
  const { catalog, conflicts } = extendCatalog(noCatalog, templates, { replace: false });
  return { catalog, conflicts: [...conflicts.values()].map(({ message }) => message) };
}
