import type { Catalog } from '../../catalog/catalog.ts';
import type { Console } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { lineOf } from '../inject/locate.ts';

/**
 * The built-in templates and those of folders. Undefined where some of these have problems, which are printed then.
 */
export function loadedCatalog(
  { stderr }: Pick<Console, 'stderr'>,
  folders: readonly string[],
  { loadCatalog }: Pick<InjectDependencies, 'loadCatalog'>,
): Catalog | undefined {
  const { catalog, problems } = loadCatalog(folders);
  for (const problem of problems) stderr(`${lineOf({ position: '', subject: '', problem })}\n`);
  return problems.length > 0 ? undefined : catalog;
}
