import { files, matching, oneOf } from '../../flags/kinds.ts';
import { pick } from '../../flags/pick.ts';
import type { Flag } from '../../flags/read-flags.ts';
import { namespaceFlag } from '../cluster/flags.ts';
import { filenameFlag } from '../filename-flag.ts';
import { injectFlags } from '../inject/settings.ts';

const setting = {
  ...matching('KEY=VALUE', 'a parameter and its value, such as port=8080', /^[^=\s]+=/),
  suggests: 'parameters',
} as const;

export const renderFlags = [
  { ...filenameFlag, help: 'The template; can be repeated. - reads standard input.' },
  { name: 'set', kind: setting, repeated: true, help: 'A parameter, as an annotation sets it; can be repeated.' },
  { name: 'pod', kind: files('FILE'), help: 'A pod or a workload that gets the sidecar, instead of a small pod.' },
  { name: 'output', short: 'o', kind: oneOf(['yaml', 'json']), default: 'yaml', help: 'Output format.' },
  { ...namespaceFlag, help: 'Namespace of a pod that names none (default default).' },
  ...pick(injectFlags, 'namespace-file', 'catalog'),
  { name: 'native', kind: oneOf(['true', 'false']), help: 'Use native sidecars (default true).' },
  ...pick(injectFlags, 'users', 'image'),
] as const satisfies readonly Flag[];

/** The text of `sidecar template render --help`. */
export function renderHelp(flags: string): string {
  return `Prints what a template adds to a pod: containers, volumes, mounts, variables and annotations. What the annotations of
the pod and its namespace ask for is added too.

Usage: sidecar template render -f FILE [NAME] [flags]
       sidecar template render NAME [flags]

NAME chooses one of several templates, or one of the catalog.

Flags:
${flags}
Exit codes:
  0  success
  1  the template or a parameter has a problem
  2  wrong usage

Examples:
  sidecar template render -f greeter.yaml --set text=hello
  sidecar template render -f greeter.yaml --pod deployment.yaml -o json
  sidecar template render git --set repo=https://github.com/my/app
`;
}
