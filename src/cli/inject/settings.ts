import { type Flag, listed, readFlags } from '../flags.ts';

const outputs = ['yaml', 'json', 'patch', 'diff'] as const;
export type Output = (typeof outputs)[number];

export const injectFlags: readonly Flag[] = [
  {
    name: 'filename',
    short: 'f',
    value: 'FILE|DIR|-',
    help: 'Manifests to inject; may be given several times. - is standard input.',
  },
  { name: 'output', short: 'o', value: 'FORMAT', choices: outputs, help: 'What to print (default yaml).' },
  { name: 'namespace', short: 'n', value: 'NAME', help: 'Namespace of objects that name none (default "default").' },
  {
    name: 'namespace-file',
    value: 'FILE',
    help: 'Namespace objects, whose annotations are defaults of the pods in them.',
  },
  {
    name: 'catalog',
    value: 'DIR',
    help: 'Further sidecar templates, beside the built-in ones; may be given several times.',
  },
  { name: 'kube-version', value: 'VERSION', help: 'Version of the cluster, such as 1.33.', problem: versionProblem },
  {
    name: 'native',
    value: 'true|false',
    choices: ['true', 'false'],
    help: 'Use native sidecars (default: true, unless --kube-version is below 1.29).',
  },
  { name: 'image', value: 'IMAGE', help: 'Image of the injector, which some sidecars run from.' },
  { name: 'quiet', short: 'q', help: 'No report on standard error, only problems.' },
  { name: 'help', short: 'h', help: 'Show this page.' },
];

/** What a call of `inject` asks for. */
export interface InjectSettings {
  readonly files: readonly string[];
  readonly output: Output;
  readonly namespace: string;
  readonly namespaceFiles: readonly string[];
  readonly catalogs: readonly string[];
  readonly kubeVersion: string;
  readonly native: boolean;
  readonly image: string | undefined;
  readonly quiet: boolean;
  readonly help: boolean;
}

/** Reads the arguments of `inject`: the settings, and every problem as a message. */
export function readInjectSettings(args: readonly string[]): { settings: InjectSettings; problems: readonly string[] } {
  const { values, words, problems } = readFlags(args, injectFlags);
  const last = (name: string) => values.get(name)?.at(-1);
  const files = values.get('filename') ?? [];
  const kubeVersion = (last('kube-version') ?? '').replace(/^v/, '');
  const settings: InjectSettings = {
    files,
    output: outputs.find((output) => output === last('output')) ?? 'yaml',
    namespace: last('namespace') ?? 'default',
    namespaceFiles: values.get('namespace-file') ?? [],
    catalogs: values.get('catalog') ?? [],
    kubeVersion,
    native: last('native') === undefined ? hasNativeSidecars(kubeVersion) : last('native') === 'true',
    image: last('image'),
    quiet: values.has('quiet'),
    help: values.has('help'),
  };
  const { namespaceFiles } = settings;
  return { settings, problems: [...problems, ...wordProblems(words, files), ...inputProblems(files, namespaceFiles)] };
}

function wordProblems(words: readonly string[], files: readonly string[]): string[] {
  if (words.length > 0) {
    return [`Files are named by -f: ${words.map((word) => `-f ${word}`).join(' ')}.`];
  }
  return files.length > 0
    ? []
    : [`Nothing to inject: name ${listed(['a file', 'a folder', '- for standard input'])} by -f.`];
}

function inputProblems(files: readonly string[], namespaceFiles: readonly string[]): string[] {
  const isTwice = files.includes('-') && namespaceFiles.includes('-');
  return isTwice
    ? ['Standard input can be read once. Namespaces among the manifests count: drop --namespace-file -.']
    : [];
}

/** Restartable init containers are on by default from 1.29. */
function hasNativeSidecars(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return version === '' || major > 1 || minor >= 29;
}

function versionProblem(version: string): string | undefined {
  return /^v?\d+\.\d+(?:\.\d+)?(?:[-+].*)?$/.test(version) ? undefined : 'write it like 1.33 or 1.33.2';
}
