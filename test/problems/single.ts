import { builtInState } from '../engine/state.ts';
import { type MistakeCase, podWith } from './problem-cases.ts';

const needed: Readonly<Record<string, string>> = {
  'git-repo': 'https://git.example.com/site.git',
  'https-secret': 'tls',
  'https-target': '8080',
  'config-configmaps': 'settings',
  'ambassador-target': 'db:5432',
};

/** One wrong value of a sidecar that is fine otherwise. */
function single(key: string, value: string, ...[code, message, fix]: readonly [Code, string, string]): MistakeCase {
  const sidecar = key.split('-')[0];
  const others = Object.entries(needed).filter(([name]) => name.split('-')[0] === sidecar);
  const metrics =
    sidecar === 'metrics' ? [['metrics-for', key === 'metrics-target' ? 'redis' : 'statsd'] as const] : [];
  const settings = [...others, ...metrics, [key, value] as const];
  const path = `metadata.annotations['sidecar.io/${key}']`;
  return {
    name: `${key}: ${value.slice(0, 40)}`,
    pod: podWith(Object.fromEntries(settings.map(([name, text]) => [`sidecar.io/${name}`, text]))),
    problems: [{ code, path, message, fix }],
  };
}
type Code = MistakeCase['problems'][number]['code'];

const parametersOf = (sidecar: string) => {
  const template = builtInState.catalog.templates.find(({ name }) => name === sidecar);
  return `The parameters of ${sidecar} are: ${[...(template?.parameters.keys() ?? [])].join(', ')}.`;
};
const target = (value: string) =>
  single(
    'ambassador-target',
    value,
    'bad-list',
    `In the list: "${value}" is not in the expected format.`,
    'Write host:port in lower case, such as "db:5432" or "[fd00::1]:5432". Separate items with commas.',
  );
const ref = (value: string) =>
  single(
    'git-ref',
    value,
    'parameters-disagree',
    'git does not allow this name.',
    'Write a branch, a tag or a full commit hash, such as "main".',
  );

/**
 * What would be found out only when the program of the sidecar starts, and slips where the fix needs to know the
 * sidecar.
 */
export const singleProblems: readonly MistakeCase[] = [
  single('git-branch', 'main', 'unknown-annotation', 'No sidecar has "sidecar.io/git-branch".', parametersOf('git')),
  single(
    'https-container',
    'web',
    'unknown-annotation',
    'No sidecar has "sidecar.io/https-container".',
    parametersOf('https'),
  ),
  single(
    'git-path',
    `/srv/${'a'.repeat(256)}`,
    'bad-path',
    'A part of the path is longer than 255 bytes, the limit of file systems.',
    'Write an absolute path such as "/var/www/html".',
  ),
  single(
    'git-repo',
    'HTTPS://git.example.com/site.git',
    'bad-url',
    'The scheme of "HTTPS://git.example.com/site.git" is not in lower case.',
    'Write https://host/path, http://host/path, ssh://host/path, user@host:path.',
  ),
  ...['a..b', 'a//b', '/a', 'a/', 'a.', 'a.lock', 'a@{1}'].map(ref),
  single(
    'https-target',
    'http',
    'bad-integer',
    '"http" is not a whole number.',
    'Write a whole number from 1 to 65535, such as "8080".',
  ),
  single(
    'config-configmaps',
    'Settings',
    'bad-list',
    'In the list: "Settings" is not in the expected format.',
    'Write names of ConfigMaps, such as "app-settings". Separate items with commas.',
  ),
  single(
    'config-mode',
    '0111',
    'bad-string',
    '"0111" is not in the expected format.',
    'Write three octal digits of which the first is 4 or more, such as "0644".',
  ),
  ...['10.0.0.999:1', '10.0.1:1', '[::1::2]:1', '[1234:5678]:1'].map(target),
  single(
    'metrics-target',
    'redis://cache:99999',
    'bad-string',
    '"redis://cache:99999" is not in the expected format.',
    'Write an address as host:port or a URL without credentials, such as "http://127.0.0.1:8081/status".',
  ),
  single(
    'metrics-statsd-port',
    '29100',
    'parameters-disagree',
    'StatsD lines and metrics cannot share a port.',
    'Choose another port for one of them.',
  ),
];
