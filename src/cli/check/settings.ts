import { oneOf } from '../../flags/kinds.ts';
import { pick } from '../../flags/pick.ts';
import type { Flag } from '../../flags/read-flags.ts';
import { connectionFlags } from '../cluster/flags.ts';
import { injectFlags } from '../inject/settings.ts';
import { checkOutputs } from './print.ts';

export const checkFlags = [
  ...pick(injectFlags, 'filename'),
  { name: 'output', short: 'o', kind: oneOf(checkOutputs), default: 'text', help: 'Output format.' },
  ...pick(injectFlags, 'cluster', 'namespace', 'namespace-file', 'policy', 'catalog', 'workload'),
  ...pick(injectFlags, 'kube-version', 'native', 'users', 'image'),
  ...connectionFlags,
] as const satisfies readonly Flag[];

/** The text of `sidecar check --help`. */
export function checkHelp(flags: string): string {
  return `Checks manifests, templates and policies before anything is applied, and prints every problem with file, line and
column. Templates, policies and namespaces among the files count for the pods among them.

Usage: sidecar check -f FILE|DIR|URL|- [flags]

Flags:
${flags}
Output formats:
  text    one line for each problem, from which editors jump to the file
  json    a list; so does yaml
  sarif   SARIF 2.1.0, for the code scanning of code hosts
  github  annotations of a GitHub Actions workflow

Exit codes:
  0  nothing is wrong; warnings can be printed
  1  problems
  2  wrong usage, or a file or a cluster that cannot be read

Examples:
  sidecar check -f manifests/
  sidecar check -f manifests/ --cluster
  sidecar check -f manifests/ --policy policies.yaml -o github
  kustomize build . | sidecar check -f -
`;
}
