import { settings } from './function-config.ts';

/** The text of `sidecar krm --help`. */
export function krmHelp(flags: string): string {
  return `A KRM function, which kustomize and kpt run: reads a ResourceList on standard input, and prints it with sidecars. Its
results say what was injected, and every problem and warning. With a problem, the items stay as they are.

Usage: sidecar krm

The functionConfig has flags of 'sidecar inject' in its spec, or in the data of a ConfigMap:
${settings.map((name) => `  ${name}\n`).join('')}
A flag that can be repeated takes a list, or a text with a line for each value.

Flags:
${flags}
Exit codes:
  0  success
  1  refused, with every problem in results and on standard error
  2  wrong usage
`;
}
