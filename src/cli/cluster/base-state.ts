import type { State } from '../../state/state.ts';
import { loadedCatalog } from '../catalog/load.ts';
import type { Console } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { offlineState } from '../offline-state.ts';

/** The flags about what a cluster does not say. */
interface BaseFlags {
  readonly catalog: readonly string[];
  readonly image: string | undefined;
}

/**
 * The state before anything of a cluster is known: the built-in templates and those of folders, and the kinds of
 * workloads. Undefined where templates have problems, which are printed then.
 */
export function baseState(
  console: Console,
  { catalog: folders, image }: BaseFlags,
  workloads: State['workloads'],
  dependencies: InjectDependencies,
): State | undefined {
  const catalog = loadedCatalog(console, folders, dependencies);
  return catalog && offlineState(catalog, workloads, image, dependencies);
}
