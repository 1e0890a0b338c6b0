import type { State } from '../../state/state.ts';
import type { Console } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { lineOf } from '../inject/locate.ts';
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
  const { catalog, problems } = dependencies.loadCatalog(folders);
  for (const problem of problems) console.stderr(`${lineOf({ position: '', subject: '', problem })}\n`);
  if (problems.length > 0) return undefined;
  return offlineState(catalog, workloads, image, dependencies);
}
