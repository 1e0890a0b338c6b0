import type { Catalog } from '../catalog/catalog.ts';
import type { State } from '../state/state.ts';
import type { InjectDependencies } from './dependencies.ts';

/**
 * The state that flags and files describe, without a cluster. `image`: that of the injector, where it is not the usual
 * one.
 */
export function offlineState(
  catalog: Catalog,
  workloads: State['workloads'],
  image: string | undefined,
  { injector }: InjectDependencies,
  known: Partial<State> = {},
): State {
  return {
    catalog,
    cluster: { version: '', nativeSidecars: true, assignsUsers: false },
    injector: { ...injector, image: image ?? injector.image },
    ...{ namespaces: new Map(), policies: [], workloads },
    ...known,
  };
}
