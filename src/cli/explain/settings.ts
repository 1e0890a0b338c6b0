import { named, oneOf } from '../../flags/kinds.ts';
import { pick } from '../../flags/pick.ts';
import type { Flag, FlagValues } from '../../flags/read-flags.ts';
import { connectionFlags, namespaceFlag } from '../cluster/flags.ts';
import { filenameFlag } from '../filename-flag.ts';
import { injectFlags } from '../inject/settings.ts';

export const explainFlags = [
  { ...filenameFlag, help: 'Manifests instead of what runs; can be repeated. - reads standard input.' },
  { name: 'cluster', help: 'With -f: use the namespaces, templates and policies of the cluster.' },
  {
    name: 'sidecar',
    short: 's',
    kind: { ...named('NAME'), suggests: 'sidecars' },
    help: 'Explain this sidecar only, with all its parameters.',
  },
  namespaceFlag,
  { name: 'output', short: 'o', kind: oneOf(['text', 'json', 'yaml']), default: 'text', help: 'Output format.' },
  ...connectionFlags,
  ...pick(injectFlags, 'namespace-file', 'policy', 'catalog', 'workload'),
  ...pick(injectFlags, 'kube-version', 'native', 'users', 'image', 'no-color'),
] as const satisfies readonly Flag[];

/** The flags of one call. */
export type ExplainValues = FlagValues<typeof explainFlags>;

/** The text of `sidecar explain --help`. */
export function explainHelp(flags: string): string {
  return `Explains why a pod has the sidecars that it has, or does not: the cause and the fix first, then how the decision
came about. It asks the cluster through kubectl, with your rights, and stores nothing. With -f, templates, policies and
namespaces among the files count for the pods among them.

Usage: sidecar explain TYPE/NAME [flags]
       sidecar explain -f FILE|DIR|URL|- [flags]
       sidecar explain CODE

TYPE is that of a pod or of a workload, as kubectl takes it: pod/web, deploy/web, cronjob/report.
CODE is the code at the end of a message, such as port-taken.

Flags:
${flags}
Exit codes:
  0  explained
  1  the object does not exist, or makes no pods
  2  wrong usage, or a file or a cluster that cannot be read

Examples:
  sidecar explain deployment/web -n shop
  sidecar explain pod/web-0 --sidecar topz
  sidecar explain -f deployment.yaml --cluster
  sidecar explain unknown-annotation
`;
}
