import type { Outcome } from '../../src/core/outcome.ts';
import { loadCatalog } from '../../src/main/load-catalog.ts';
import { ownImage, version } from '../../src/main/version.ts';
import type { State } from '../../src/state/state.ts';
import { workloadKinds } from '../../src/workload/kinds.ts';

const { catalog, problems } = loadCatalog([]);
if (problems.length > 0) throw new Error(JSON.stringify(problems, null, 2));

/** The state of a cluster with the built-in catalog, native sidecars and nothing said by any namespace. */
export const builtInState: State = {
  catalog,
  cluster: { version: '1.36.3', nativeSidecars: true, assignsUsers: false },
  injector: { version, image: ownImage },
  namespaces: new Map(),
  policies: [],
  workloads: workloadKinds,
};

export const classicState: State = {
  ...builtInState,
  cluster: { version: '1.28.0', nativeSidecars: false, assignsUsers: false },
};

/** The texts of the warnings of an outcome. */
export const warningsOf = (outcome: Outcome): string[] =>
  'warnings' in outcome ? outcome.warnings.map(({ message }) => message) : [];
