import { listed, matching, named, oneOf } from '../../flags/kinds.ts';
import { type Flag, readFlags } from '../../flags/read-flags.ts';

const outputs = ['yaml', 'json', 'patch', 'diff'] as const;
export type Output = (typeof outputs)[number];

const version = matching('VERSION', 'a version such as 1.33 or 1.33.2', /^v?\d+\.\d+(?:\.\d+)?(?:[-+].*)?$/);

export const injectFlags = [
  {
    name: 'filename',
    short: 'f',
    kind: named('FILE|DIR|-'),
    repeated: true,
    help: 'Manifests to inject; can be repeated. - reads standard input.',
  },
  { name: 'output', short: 'o', kind: oneOf(outputs), default: 'yaml', help: 'What to print.' },
  {
    name: 'namespace',
    short: 'n',
    kind: named('NAME'),
    default: 'default',
    help: 'Namespace of objects that do not name one.',
  },
  {
    name: 'namespace-file',
    kind: named('FILE'),
    repeated: true,
    help: 'Namespace objects, whose annotations are defaults for their pods; can be repeated.',
  },
  {
    name: 'catalog',
    kind: named('DIR'),
    repeated: true,
    help: 'A folder with more sidecar templates; can be repeated.',
  },
  { name: 'kube-version', kind: version, help: 'Version of the cluster, such as 1.33.' },
  {
    name: 'native',
    kind: oneOf(['true', 'false']),
    help: 'Use native sidecars (default true, unless --kube-version is below 1.29).',
  },
  { name: 'image', kind: named('IMAGE'), help: 'Image of the injector, which some sidecars run.' },
  { name: 'quiet', short: 'q', help: 'Print only problems and warnings on standard error.' },
  { name: 'help', short: 'h', help: 'Show this page.' },
] as const satisfies readonly Flag[];

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
  const files = values.filename;
  const namespaceFiles = values['namespace-file'];
  const kubeVersion = (values['kube-version'] ?? '').replace(/^v/, '');
  const settings: InjectSettings = {
    files,
    output: values.output,
    namespace: values.namespace,
    namespaceFiles,
    catalogs: values.catalog,
    kubeVersion,
    native: values.native === undefined ? hasNativeSidecars(kubeVersion) : values.native === 'true',
    image: values.image,
    quiet: values.quiet,
    help: values.help,
  };
  return { settings, problems: [...problems, ...wordProblems(words, files), ...inputProblems(files, namespaceFiles)] };
}

function wordProblems(words: readonly string[], files: readonly string[]): string[] {
  if (words.length > 0) return [`Name files with -f: ${words.map((word) => `-f ${word}`).join(' ')}.`];
  return files.length > 0 ? [] : [`Name ${listed(['a file', 'a folder', '- for standard input'])} with -f.`];
}

function inputProblems(files: readonly string[], namespaceFiles: readonly string[]): string[] {
  const isTwice = files.includes('-') && namespaceFiles.includes('-');
  return isTwice
    ? ['Standard input can be read only once. Namespace objects among the manifests count: drop --namespace-file -.']
    : [];
}

/** Restartable init containers are on by default from 1.29. */
function hasNativeSidecars(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return version === '' || major > 1 || minor >= 29;
}
