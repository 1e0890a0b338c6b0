import type { State } from '../../state/state.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import { metadataText } from '../cluster/paths.ts';
import { readObjects, stateFrom } from '../cluster/read-state.ts';
import type { Source } from '../inject/sources.ts';
import { withApplied } from './applied.ts';
import type { TwoStates } from './impact-on-cluster.ts';
import { readFiles } from './read-files.ts';

/** The states, and what is said of the files besides; or why there are none. */
export type ReadStates = (TwoStates & { readonly notes: readonly string[] }) | { readonly errors: readonly string[] };

/**
 * The state of the cluster now, and the one that it would have with the objects of the files. `time`: milliseconds
 * since 1970.
 */
export function readStates(
  sources: readonly Source[],
  cluster: Cluster,
  namespace: string | undefined,
  base: State,
  time: number,
): ReadStates {
  const objects = readObjects(cluster, namespace === undefined ? undefined : [namespace], time);
  const before = stateFrom(objects, base, time).state;
  const { deciding, others, problems } = readFiles(sources, before, namespace ?? cluster.namespace(), time);
  if (problems.length > 0) return { errors: problems };
  if (deciding.length === 0) return { errors: ['The files have neither a template nor a policy nor a Namespace.'] };
  let applied = objects;
  for (const { object } of deciding) applied = withApplied(applied, object, time);
  const after = stateFrom(applied, base, time);
  const unusable = [...after.verdicts, ...after.policyVerdicts].filter(([, { ready }]) => !ready);
  const errors = deciding.flatMap(({ object, title, file }) => {
    const found = unusable.find(
      ([{ kind, metadata }]) =>
        kind === object.kind &&
        metadata.name === metadataText(object, 'name') &&
        (metadata.namespace ?? '') === metadataText(object, 'namespace'),
    );
    return found ? [`${file}: ${title}: ${found[1].message}`] : [];
  });
  if (errors.length > 0) return { errors };
  const [first] = others;
  const notes = first === undefined ? [] : [`${others.length} other objects are left out, such as ${first}.`];
  return { objects: applied, before, after: after.state, notes };
}
