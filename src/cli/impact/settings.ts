import type { Flag } from '../../flags/read-flags.ts';
import { podFlags, sharedFlags } from '../audit/settings.ts';
import { connectionFlags, namespaceFlag } from '../cluster/flags.ts';
import { filenameFlag } from '../filename-flag.ts';

export const impactFlags = [
  { ...filenameFlag, help: 'Templates, policies and Namespaces; can be repeated. - reads standard input.' },
  { ...namespaceFlag, help: 'Only the pods of this namespace.' },
  ...podFlags,
  ...connectionFlags,
  ...sharedFlags,
] as const satisfies readonly Flag[];

/** The text of `sidecar impact --help`. */
export function impactHelp(flags: string): string {
  return `Shows what would be different in new pods if templates, policies or Namespaces were applied: it makes every pod that
runs once as it would be made now, and once with the files. It asks the cluster through kubectl, with your rights, and stores
nothing.

Usage: sidecar impact -f FILE|DIR|URL|- [flags]

Changes:
  added     the pod would get the sidecar
  removed   the pod would not get the sidecar any more
  changed   the pod would get the sidecar with other settings, with another image, or of another template
  refused   the pod would be refused
  admitted  the pod would no longer be refused

Flags:
${flags}
Without -n, the pods of all namespaces count, as with -A. Pods that run keep what they have until they are created again.

Exit codes:
  0  no pod would be different
  1  a pod would be different
  2  wrong usage, a file has a problem, or the pods cannot be read

Examples:
  sidecar impact -f policy.yaml
  sidecar impact -f template.yaml -n shop -o wide
  kustomize build policies | sidecar impact -f - -o json
`;
}
