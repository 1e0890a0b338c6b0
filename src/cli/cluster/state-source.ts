import type { State } from '../../state/state.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { type Connection, openCluster } from './open-cluster.ts';
import { namespaceFacts, readObjects, stateFrom } from './read-state.ts';
import { unreached } from './unreached.ts';

/** Where the state for manifests comes from: flags and files, or a cluster. */
export interface StateSource {
  /** For objects that name no namespace. */
  readonly namespace: string;
  /** The state for the pods of these namespaces, or of all where none are named. */
  readonly stateFor: (namespaces: readonly string[] | undefined) => State;
  /** Why something could not be read. */
  readonly notes: readonly string[];
}

/** The flags that choose between the two. */
interface SourceValues extends Connection {
  readonly cluster: boolean;
  readonly namespace: string | undefined;
}

/** `base` is the state that flags and files describe: a cluster adds to its templates, and replaces the rest. */
export function openSource(
  values: SourceValues,
  base: State,
  { kubectl, now }: InjectDependencies,
): StateSource | { readonly message: string } {
  if (!values.cluster) return { namespace: values.namespace ?? 'default', stateFor: () => base, notes: [] };
  const cluster = openCluster(kubectl, values);
  const silence = unreached(cluster);
  if (silence !== undefined) return { message: [silence, ...cluster.notes].join(' ') };
  return {
    namespace: values.namespace ?? cluster.namespace(),
    stateFor(names) {
      const time = now();
      const objects = readObjects(cluster, names && [...new Set(names)], time);
      const { state } = stateFrom(objects, base, time);
      const facts = objects.namespaces.map(namespaceFacts);
      const namespaces = new Map(facts.map(({ name, ...own }) => [name, state.namespaces.get(name) ?? own]));
      return { ...state, namespaces };
    },
    notes: cluster.notes,
  };
}

/** Flags that have no effect with `--cluster`, or without it. */
export function sourceProblems(values: SourceValues, offline: Readonly<Record<string, boolean>>): readonly string[] {
  if (values.cluster)
    return Object.entries(offline).flatMap(([flag, isGiven]) =>
      isGiven ? [`--${flag} cannot be used with --cluster: the cluster has its own.`] : [],
    );
  const { context, kubeconfig, as } = values;
  return Object.entries({ context, kubeconfig, as }).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag} belongs to --cluster.`],
  );
}
