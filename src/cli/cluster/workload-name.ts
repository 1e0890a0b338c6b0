import { titleOf } from '../../core/title.ts';
import { kindOfObject, workloadKinds } from '../../workload/kinds.ts';
import { pathTo } from './paths.ts';

/** A workload, or a pod without one, as it is named to kubectl. */
export interface WorkloadName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The plural, with its group: `deployments.apps`. Empty where the kind is not known. */
  readonly type: string;
  /** Where the API server has it; empty like that. */
  readonly path: string;
}

/** The name of an object of this kind. */
export function workloadName(apiVersion: string, kind: string, namespace: string, name: string): WorkloadName {
  const isPod = apiVersion === 'v1' && kind === 'Pod';
  const known = isPod ? { group: '', resource: 'pods' } : kindOfObject(workloadKinds, apiVersion, kind);
  if (!known) return { kind, namespace, name, type: '', path: '' };
  const type = known.group === '' ? known.resource : `${known.resource}.${known.group}`;
  return { kind, namespace, name, type, path: pathTo(apiVersion, known.resource, namespace, name) };
}

/** `deployment/web -n shop`, as arguments of a further command. */
export function titleOfName({ kind, namespace, name }: Pick<WorkloadName, 'kind' | 'namespace' | 'name'>): string {
  return `${titleOf(kind, name)} -n ${namespace}`;
}
