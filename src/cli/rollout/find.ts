import type { Finding } from '../../engine/audit/finding.ts';
import type { State } from '../../state/state.ts';
import { type AuditScope, auditCluster } from '../audit/audit-cluster.ts';
import { failureText } from '../audit/failure.ts';
import { remarks } from '../audit/remarks.ts';
import type { PodScope } from '../cluster/live-pods.ts';
import { type Cluster, Unreadable } from '../cluster/open-cluster.ts';
import { unreached } from '../cluster/unreached.ts';
import type { WorkloadName } from '../cluster/workload-name.ts';
import { createGathering, type IsMeant, type OutOfDate } from './out-of-date.ts';
import { planned } from './plan.ts';
import { readHalfWay } from './read-half-way.ts';
import type { Member } from './run.ts';
import type { RolloutValues } from './settings.ts';
import { readNamed } from './targets.ts';

/** Which workloads a command is about. */
export interface Wanted extends Pick<RolloutValues, 'namespace' | 'all-namespaces' | 'selector' | 'image'> {
  /** All workloads of the namespaces where none are named. */
  readonly names: readonly string[];
  readonly isMeant: (finding: Finding) => boolean;
}

/**
 * What is to be waited for, what is to be restarted, what is left alone, and what of the named workloads is up to date.
 */
export interface Found {
  /** Restarted by an earlier run, and not ready yet. */
  readonly underWay: readonly Member[];
  readonly due: readonly Member[];
  readonly left: readonly Member[];
  readonly current: readonly WorkloadName[];
  /** What to know before. */
  readonly remarks: readonly string[];
}

/**
 * Audits the pods of a cluster, and finds the workloads to restart. Nothing is found where something cannot be read.
 */
export function findOutOfDate(
  cluster: Cluster,
  wanted: Wanted,
  base: State,
  now: number,
): Found | { readonly errors: readonly string[] } {
  const silence = unreached(cluster);
  if (silence !== undefined) return { errors: [silence] };
  const named = readNamed(cluster, wanted.names, wanted.namespace);
  if (named.problems.length > 0) return { errors: named.problems };
  const paths = new Set(named.found.map(({ path }) => path));
  const isWanted = ({ owner }: Pick<Member, 'owner'>) => paths.size === 0 || paths.has(owner.path);
  const scope = scopeOf(cluster, wanted);
  const halfWay = readHalfWay(cluster, scope, now).filter(isWanted);
  const begun = new Set(halfWay.map(({ owner }) => owner.path));
  // What a rollout has begun, a repair can end.
  const isMeant: IsMeant = (finding, path) => wanted.isMeant(finding) || begun.has(path);
  const audited = audit(cluster, { ...scope, knowsImage: wanted.image !== undefined }, isMeant, base, now);
  if ('errors' in audited) return audited;
  const outOfDate = audited.found.filter(isWanted);
  const plans = outOfDate.map((each) => planned(cluster, each, now));
  const errors = plans.flatMap((plan) => ('message' in plan ? [plan.message] : []));
  if (errors.length > 0) return { errors };
  const found = new Set(outOfDate.map(({ owner }) => owner.path));
  const others = halfWay.filter(({ owner }) => !found.has(owner.path));
  const members = [...others, ...plans.flatMap((plan) => ('message' in plan ? [] : [plan]))];
  const due = members.filter(({ verdict, progress }) => !verdict && progress.restart === undefined);
  const isBegun = ({ owner }: Member) => begun.has(owner.path);
  return {
    underWay: members.filter(({ verdict, progress }) => !verdict && progress.restart !== undefined),
    // Those that an earlier run has left broken come first.
    due: [...due.filter(isBegun), ...due.filter((member) => !isBegun(member))],
    left: members.filter(({ verdict }) => verdict),
    current: named.found.filter(({ path }) => !found.has(path) && !begun.has(path)),
    remarks: audited.remarks,
  };
}

function scopeOf(cluster: Cluster, { namespace, selector, ...wanted }: Wanted): PodScope {
  return { namespace: wanted['all-namespaces'] ? undefined : (namespace ?? cluster.namespace()), selector };
}

const notRegistered =
  'The injector is not registered in this cluster: no new pod gets a sidecar. Install its chart first.';

function audit(
  cluster: Cluster,
  scope: AuditScope,
  isMeant: IsMeant,
  base: State,
  now: number,
): { readonly found: readonly OutOfDate[]; readonly remarks: readonly string[] } | { readonly errors: string[] } {
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
    if (error instanceof Unreadable) return { errors: [failureText(error.reason, scope.namespace)] };
    throw error;
  }
}
