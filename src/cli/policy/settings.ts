import { list, matching, named, oneOf } from '../../flags/kinds.ts';
import type { Flag } from '../../flags/read-flags.ts';
import { catalogFlag } from '../catalog/flag.ts';
import { connectionFlags, namespaceFlag } from '../cluster/flags.ts';
import { filenameFlag } from '../filename-flag.ts';
import { workloadFlag } from '../workload-flag.ts';

const dnsName = matching('NAME', 'a name such as sidecar-injector', /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);

export const policyFlags = [
  {
    ...filenameFlag,
    help: 'SidecarPolicies, templates and, for test, Namespaces, pods and workloads; can be repeated. - reads standard input.',
  },
  { name: 'cluster', help: 'test: use the pods, templates and policies of the cluster, of all namespaces.' },
  { ...namespaceFlag, default: 'default', help: 'test: namespace of objects that name none.' },
  { name: 'release', kind: dnsName, default: 'sidecar-injector', help: 'compile: name of the objects of the chart.' },
  {
    name: 'release-namespace',
    kind: dnsName,
    default: 'sidecar-injector',
    help: 'compile: namespace that the chart is installed in.',
  },
  {
    name: 'inject',
    help: 'compile: also what injects required sidecars while no injector answers: the chart has policies.inject=true.',
  },
  { name: 'excluded-namespaces', kind: list, default: '', help: 'compile: webhook.excludedNamespaces of the chart.' },
  {
    name: 'users',
    kind: oneOf(['template', 'cluster']),
    default: 'template',
    help: 'Who chooses the user and the group of a sidecar, as the value users of the chart says.',
  },
  catalogFlag,
  { ...workloadFlag, help: `test: ${workloadFlag.help}` },
  {
    name: 'native',
    kind: oneOf(['true', 'false']),
    help: 'Whether the cluster has native sidecars (default true): Kubernetes 1.29 and later.',
  },
  { name: 'image', kind: named('IMAGE'), help: 'Image of the injector, which some sidecars run.' },
  ...connectionFlags,
] as const satisfies readonly Flag[];

/** The text of `sidecar policy --help`. */
export function policyHelp(flags: string): string {
  return `Shows what SidecarPolicies do.

Usage: sidecar policy compile -f FILE|DIR|URL|- [flags]
       sidecar policy test -f FILE|DIR|URL|- [--cluster] [flags]

compile prints the objects that hold enforced policies inside the API server, for clusters whose chart has
policies.manage=false. An exemption that has ended is not in them, so print them anew when one ends.

test lists the pods and workloads that the policies would change or refuse, whatever their action is.

Flags:
${flags}
Exit codes:
  0  success
  1  a policy has a problem, or a pod would be refused
  2  wrong usage, or a file or a cluster that cannot be read

Examples:
  sidecar policy compile -f policies/ | kubectl apply -f -
  sidecar policy test -f policy.yaml --cluster
  kustomize build . | sidecar policy test -f policy.yaml -f namespaces.yaml -f -
`;
}
