import { flagsHelp } from '../../flags/help.ts';
import { oneOf } from '../../flags/kinds.ts';
import type { Flag } from '../../flags/read-flags.ts';
import { connectionFlags } from '../cluster/flags.ts';
import { injectFlags } from '../inject/settings.ts';
import { checkOutputs } from './print.ts';

type Shared =
  | 'filename'
  | 'cluster'
  | 'namespace'
  | 'namespace-file'
  | 'policy'
  | 'catalog'
  | 'workload'
  | 'image'
  | 'help';
const names: readonly string[] = [
  ...['filename', 'cluster', 'namespace', 'namespace-file', 'policy', 'catalog', 'workload', 'image', 'help'],
];
const shared = injectFlags.filter((flag): flag is Extract<(typeof injectFlags)[number], { name: Shared }> =>
  names.includes(flag.name),
);

export const checkFlags = [
  ...shared.slice(0, 1),
  { name: 'output', short: 'o', kind: oneOf(checkOutputs), default: 'text', help: 'Output format.' },
  ...shared.slice(1),
  ...connectionFlags,
] as const satisfies readonly Flag[];

/** The text of `sidecar check --help`. */
export function checkHelp(): string {
  return `Checks manifests, templates and policies before anything is applied, and prints every problem with file, line and
column. Templates, policies and namespaces among the files count for the pods among them.

Usage: sidecar check -f FILE|DIR|- [flags]

Flags:
${flagsHelp(checkFlags)}
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
