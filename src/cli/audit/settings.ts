import { named, oneOf } from '../../flags/kinds.ts';
import { pick } from '../../flags/pick.ts';
import type { Flag, FlagValues } from '../../flags/read-flags.ts';
import { connectionFlags, namespaceFlag } from '../cluster/flags.ts';
import { injectFlags } from '../inject/settings.ts';
import { rowOutputs } from './print.ts';

/** What a cluster does not say, and how it is printed. */
export const sharedFlags = pick(injectFlags, 'catalog', 'workload', 'image', 'no-color');

/** Which pods, and how they are printed. */
export const podFlags = [
  { name: 'all-namespaces', short: 'A', help: 'The pods of all namespaces.' },
  { name: 'selector', short: 'l', kind: named('SELECTOR'), help: 'Only pods with these labels, such as app=web.' },
  { name: 'output', short: 'o', kind: oneOf(rowOutputs), default: 'table', help: 'Output format.' },
] as const satisfies readonly Flag[];

export const auditFlags = [
  namespaceFlag,
  ...podFlags,
  ...connectionFlags,
  ...sharedFlags,
] as const satisfies readonly Flag[];

/** The flags of one call. */
export type AuditValues = FlagValues<typeof auditFlags>;

/** A problem where two scopes are named. */
export function scopeProblems(values: Pick<AuditValues, 'all-namespaces' | 'namespace'>): string[] {
  return values['all-namespaces'] && values.namespace !== undefined ? ['Write -n or -A, not both.'] : [];
}

/** The text of `sidecar audit --help`. */
export function auditHelp(flags: string): string {
  return `Compares the pods that run with what they would be if they were created now, with today's templates, policies,
namespaces and annotations of workloads. It asks the cluster through kubectl, with your rights, and stores nothing.

Usage: sidecar audit [flags]

Findings:
  missing    the pod has no sidecar where it should have one
  outdated   an older template, setting or injector made the sidecar
  image      the sidecar has another image than it was given
  changed    the sidecar is not as the injector wrote it
  extra      nothing asks for the sidecar any more
  unreached  a new pod would not have the sidecar either: the API server does not call the injector for it
  refused    a new pod would be refused

Flags:
${flags}
With -o name, a line names an owner whose pods are right after a restart. Of these, 'kubectl rollout restart' takes
Deployments, StatefulSets and DaemonSets.

Exit codes:
  0  every pod is as it should be
  1  a pod is not
  2  wrong usage, or the pods cannot be read

Examples:
  sidecar audit -n shop
  sidecar audit -A -o wide
  sidecar audit -A -o name | grep '^deployment' | xargs -L1 kubectl rollout restart
`;
}
