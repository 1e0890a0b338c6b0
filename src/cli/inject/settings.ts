import { files, folder, listed, matching, named, oneOf } from '../../flags/kinds.ts';
import type { Flag, GivenFlags } from '../../flags/read-flags.ts';
import type { WorkloadKind } from '../../workload/kinds.ts';
import { catalogFlag } from '../catalog/flag.ts';
import { connectionFlags, namespaceFlag } from '../cluster/flags.ts';
import type { Connection } from '../cluster/open-cluster.ts';
import { sourceProblems } from '../cluster/state-source.ts';
import { workloadFlag, workloadsOf } from '../workload-flag.ts';
import { type DeliverySettings, deliveryOf, outputs } from './delivery-settings.ts';

const version = matching('VERSION', 'a version such as 1.33 or 1.33.2', /^v?\d+\.\d+(?:\.\d+)?(?:[-+].*)?$/);

export const injectFlags = [
  {
    name: 'filename',
    short: 'f',
    kind: files('FILE|DIR|URL|-'),
    repeated: true,
    help: 'Manifests; can be repeated. - reads standard input.',
  },
  { name: 'output', short: 'o', kind: oneOf(outputs), default: 'yaml', help: 'What to print.' },
  {
    name: 'exit-code',
    help: 'With -o diff: exit with 1 where there are differences, and with 2 where something is wrong.',
  },
  { name: 'in-place', short: 'i', help: 'Change the files themselves, those that get or lose sidecars.' },
  { name: 'output-dir', kind: folder, help: 'Write the files to a folder, each by its name.' },
  { name: 'overwrite', help: 'With --output-dir: replace files that are there.' },
  { name: 'cluster', help: 'Use the namespaces, templates, policies and settings of the cluster that kubectl asks.' },
  {
    ...namespaceFlag,
    help: 'Namespace of objects that do not name one (default default; with --cluster, that of the context).',
  },
  {
    name: 'namespace-file',
    kind: files('FILE|DIR'),
    repeated: true,
    help: 'Namespace objects, whose annotations are defaults for their pods; can be repeated.',
  },
  {
    name: 'policy',
    kind: files('FILE|DIR'),
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
  { name: 'quiet', short: 'q', help: 'Print only problems and warnings on standard error.' },
  { name: 'no-color', help: 'Print without colors. So does the variable NO_COLOR.' },
] as const satisfies readonly Flag[];

/** The settings of one call. */
export interface InjectSettings extends DeliverySettings, Connection {
  readonly cluster: boolean;
  readonly namespace: string | undefined;
  readonly namespaceFiles: readonly string[];
  readonly policyFiles: readonly string[];
  readonly catalogs: readonly string[];
  /** Every kind that has pod templates. */
  readonly workloads: readonly WorkloadKind[];
  readonly kubeVersion: string;
  readonly native: boolean;
  readonly assignsUsers: boolean;
  readonly image: string | undefined;
}

/** The settings that the flags say, and a message for each problem. */
export function injectSettings({ values, words, problems }: GivenFlags<typeof injectFlags>): {
  readonly settings: InjectSettings;
  readonly problems: readonly string[];
} {
  const files = values.filename;
  const namespaceFiles = values['namespace-file'];
  const workloads = workloadsOf(values);
  const kubeVersion = (values['kube-version'] ?? '').replace(/^v/, '');
  const settings: InjectSettings = {
    ...deliveryOf(values),
    ...{ context: values.context, kubeconfig: values.kubeconfig, as: values.as },
    cluster: values.cluster,
    namespace: values.namespace,
    namespaceFiles,
    policyFiles: values.policy,
    catalogs: values.catalog,
    workloads: workloads.kinds,
    kubeVersion,
    native: values.native === undefined ? hasNativeSidecars(kubeVersion) : values.native === 'true',
    assignsUsers: values.users === 'cluster',
    image: values.image,
  };
  const ofCluster = {
    'namespace-file': namespaceFiles.length > 0,
    policy: settings.policyFiles.length > 0,
    'kube-version': values['kube-version'] !== undefined,
    native: values.native !== undefined,
    users: settings.assignsUsers,
  };
  const wrong = [
    ...problems,
    ...workloads.problems,
    ...wordProblems(words, files),
    ...inputProblems(files, namespaceFiles, values.policy),
    ...sourceProblems(settings, ofCluster),
  ];
  return { settings, problems: wrong };
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
