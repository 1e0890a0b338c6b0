import type { Finding } from '../../engine/audit/finding.ts';
import type { State } from '../../state/state.ts';
import { auditCluster } from '../audit/audit-cluster.ts';
import { remarks } from '../audit/remarks.ts';
import { type Cluster, Unreadable } from '../cluster/open-cluster.ts';
import type { WorkloadName } from '../cluster/workload-name.ts';
import { createGathering, type OutOfDate } from './out-of-date.ts';
import { planned } from './plan.ts';
import type { Member } from './run.ts';
import type { RolloutValues } from './settings.ts';
import { readNamed } from './targets.ts';

/** Which workloads a command is about. */
export interface Wanted extends Pick<RolloutValues, 'namespace' | 'all-namespaces' | 'selector' | 'image'> {
  /** All workloads of the namespaces where none are named. */
  readonly names: readonly string[];
  readonly isMeant: (finding: Finding) => boolean;
}

/** What is to be restarted, what is left alone, and what of the named workloads is up to date. */
export interface Found {
  readonly due: readonly Member[];
  readonly left: readonly Member[];
  readonly current: readonly WorkloadName[];
  /** What to know before. */
  readonly remarks: readonly string[];
}

/** Audits the pods of a cluster, and finds the workloads to restart. Nothing is found where something cannot be read. */
export function findOutOfDate(
  cluster: Cluster,
  wanted: Wanted,
  base: State,
  now: number,
): Found | { readonly errors: readonly string[] } {
  if (!cluster.at('/version')) return { errors: ['The cluster of kubectl does not answer.'] };
  const named = readNamed(cluster, wanted.names, wanted.namespace);
  if (named.problems.length > 0) return { errors: named.problems };
  const audited = audit(cluster, wanted, base, now);
  if ('errors' in audited) return audited;
  const paths = new Set(named.found.map(({ path }) => path));
  const outOfDate = audited.found.filter(({ owner }) => paths.size === 0 || paths.has(owner.path));
  const plans = outOfDate.map((each) => planned(cluster, each, now));
  const errors = plans.flatMap((plan) => ('message' in plan ? [plan.message] : []));
  if (errors.length > 0) return { errors };
  const members = plans.flatMap((plan) => ('message' in plan ? [] : [plan]));
  return {
    due: members.filter(({ verdict }) => !verdict),
    left: members.filter(({ verdict }) => verdict),
    current: named.found.filter(({ path }) => !outOfDate.some(({ owner }) => owner.path === path)),
    remarks: audited.remarks,
  };
}

const notRegistered =
  'The injector is not registered in this cluster: no new pod gets a sidecar. Install its chart first.';

function audit(
  cluster: Cluster,
  { namespace, selector, image, isMeant, ...wanted }: Wanted,
  base: State,
  now: number,
): { readonly found: readonly OutOfDate[]; readonly remarks: readonly string[] } | { readonly errors: string[] } {
  const scope = {
    namespace: wanted['all-namespaces'] ? undefined : (namespace ?? cluster.namespace()),
    ...{ selector, knowsImage: image !== undefined },
  };
  const gathering = createGathering(isMeant);
  const pods = auditCluster(cluster, scope, base, now);
  try {
    for (let next = pods.next(); ; next = pods.next()) {
      if (!next.done) {
        gathering.add(next.value);
        continue;
      }
      if (next.value.registration === 'none') return { errors: [notRegistered] };
      return { found: gathering.gathered(), remarks: remarks(next.value, base.injector.version) };
    }
  } catch (error) {
    if (error instanceof Unreadable) return { errors: [error.message] };
    throw error;
  }
}
