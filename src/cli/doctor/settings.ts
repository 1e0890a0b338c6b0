import { oneOf } from '../../flags/kinds.ts';
import type { Flag } from '../../flags/read-flags.ts';
import { connectionFlags, namespaceFlag } from '../cluster/flags.ts';

export const doctorFlags = [
  { ...namespaceFlag, default: 'default', help: 'Namespace in which pods are tried; nothing is created.' },
  { name: 'output', short: 'o', kind: oneOf(['text', 'json', 'yaml']), default: 'text', help: 'Output format.' },
  ...connectionFlags,
  { name: 'no-color', help: 'Print without colors. So does the variable NO_COLOR.' },
] as const satisfies readonly Flag[];

/** The text of `sidecar doctor --help`. */
export function doctorHelp(flags: string): string {
  return `Checks an installation from end to end: whether the API server reaches the injector and trusts it, and whether pods get
their sidecars; replicas, rights, definitions, templates, policies, nodes and clocks. What is wrong has its fix below it.
It asks the cluster through kubectl, with your rights, and stores nothing.

Usage: sidecar doctor [flags]

Flags:
${flags}
Exit codes:
  0  nothing failed; there can be warnings, and checks that your rights do not allow (unknown)
  1  a check failed
  2  wrong usage, or a cluster that does not answer
`;
}
