import { files, listed, matching, named, oneOf } from '../../flags/kinds.ts';
import type { Flag, FlagValues, GivenFlags } from '../../flags/read-flags.ts';
import type { State } from '../../state/state.ts';
import type { WorkloadKind } from '../../workload/kinds.ts';
import { catalogFlag } from '../catalog/flag.ts';
import { connectionFlags, namespaceFlag } from '../cluster/flags.ts';
import { sourceProblems } from '../cluster/state-source.ts';
import { workloadFlag, workloadsOf } from '../workload-flag.ts';
import { deliveryFlags, reportFlags } from './delivery-settings.ts';

const version = matching('VERSION', 'a version such as 1.33 or 1.33.2', /^v?\d+\.\d+(?:\.\d+)?(?:[-+].*)?$/);

export const injectFlags = [
  ...deliveryFlags,
  { name: 'cluster', help: 'Use the namespaces, templates, policies and settings of the cluster that kubectl asks.' },
  {
    ...namespaceFlag,
    help: 'Namespace of objects that do not name one (default default; with --cluster, that of the context).',
  },
  {
    name: 'namespace-file',
    kind: files('FILE|DIR|URL'),
    repeated: true,
    help: 'Namespace objects, whose annotations are defaults for their pods; can be repeated.',
  },
  {
    name: 'policy',
    kind: files('FILE|DIR|URL'),
    repeated: true,
    help: 'SidecarPolicies that the cluster has; can be repeated.',
  },
  catalogFlag,
  workloadFlag,
  { name: 'kube-version', kind: version, help: 'Version of the cluster, such as 1.33.' },
  {
    name: 'native',
    kind: oneOf(['true', 'false']),
    help: 'Use native sidecars (default true, unless --kube-version is below 1.29).',
  },
  {
    name: 'users',
    kind: oneOf(['template', 'cluster']),
    default: 'template',
    help: 'Who chooses the user and the group of a sidecar: its template, or the cluster, as OpenShift does.',
  },
  { name: 'image', kind: named('IMAGE'), help: 'Image of the injector, which some sidecars run.' },
  ...connectionFlags,
  ...reportFlags,
] as const satisfies readonly Flag[];

/** The flags of one call, and what follows from them. */
export interface InjectSettings extends FlagValues<typeof injectFlags> {
  /** Every kind that has pod templates. */
  readonly workloads: readonly WorkloadKind[];
  /** Of a cluster that is not asked. */
  readonly facts: State['cluster'];
}

/** The settings that the flags say, and a message for each problem. */
export function injectSettings({ values, words, problems }: GivenFlags<typeof injectFlags>): {
  readonly settings: InjectSettings;
  readonly problems: readonly string[];
} {
  const { filename, policy, 'namespace-file': namespaceFiles } = values;
  const workloads = workloadsOf(values);
  const wrong = [
    ...problems,
    ...workloads.problems,
    ...wordProblems(words, filename),
    ...inputProblems(filename, namespaceFiles, policy),
    ...sourceProblems(values, offlineFlags(values)),
  ];
  return { settings: { ...values, workloads: workloads.kinds, facts: factsOf(values) }, problems: wrong };
}

type OfflineValues = Pick<
  FlagValues<typeof injectFlags>,
  'namespace-file' | 'policy' | 'kube-version' | 'native' | 'users'
>;

/** What the flags say of a cluster that is not asked. */
export function factsOf({ 'kube-version': given = '', native, users }: OfflineValues): State['cluster'] {
  const version = given.replace(/^v/, '');
  const nativeSidecars = native === undefined ? hasNativeSidecars(version) : native === 'true';
  return { version, nativeSidecars, assignsUsers: users === 'cluster' };
}

/** Which of the flags that say what a cluster would say are given. */
export function offlineFlags(values: OfflineValues): Readonly<Record<keyof OfflineValues, boolean>> {
  return {
    'namespace-file': values['namespace-file'].length > 0,
    policy: values.policy.length > 0,
    'kube-version': values['kube-version'] !== undefined,
    native: values.native !== undefined,
    users: values.users === 'cluster',
  };
}

/** Problems of words that belong to no flag, and of a command without files. */
export function wordProblems(words: readonly string[], files: readonly string[]): string[] {
  if (words.length > 0) return [`Name files with -f: ${words.map((word) => `-f ${word}`).join(' ')}.`];
  return files.length > 0 ? [] : [`Name ${listed(['a file', 'a folder', '- for standard input'])} with -f.`];
}

/** Standard input where more than one flag would read it. */
export function inputProblems(
  files: readonly string[],
  namespaceFiles: readonly string[],
  policyFiles: readonly string[],
): string[] {
  const once = 'Standard input can be read only once.';
  const [inFiles, inNamespaces, inPolicies] = [files, namespaceFiles, policyFiles].map((each) => each.includes('-'));
  return [
    ...(inFiles && inNamespaces
      ? [`${once} Namespace objects among the manifests count: drop --namespace-file -.`]
      : []),
    ...(inPolicies && (inFiles || inNamespaces)
      ? [`${once} Write the policies to a file, and name it with --policy.`]
      : []),
  ];
}

/** Restartable init containers are on by default from 1.29. */
function hasNativeSidecars(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return version === '' || major > 1 || minor >= 29;
}
