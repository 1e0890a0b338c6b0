import type { Json, JsonObject } from '../../src/core/json.ts';
import type { Problem } from '../../src/core/problem.ts';
import { builtInState } from '../engine/state.ts';

/** A pod with a problem, and every problem that the user is to be told, word by word. */
export interface MistakeCase {
  readonly name: string;
  readonly pod: JsonObject;
  readonly problems: readonly Problem[];
}

const builtIn = builtInState.catalog.templates.map(({ name }) => name);
const repo = { 'sidecar.io/git-repo': 'https://git.example.com/site.git' };

/** A pod named like the case, with one container `web` on port 8080 unless the spec says otherwise. */
export function podWith(annotations: Record<string, string>, spec: JsonObject = {}): JsonObject {
  const web: Json = { name: 'web', image: 'nginx', ports: [{ containerPort: 8080 }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', annotations }, spec: { containers: [web], ...spec } };
}

const at = (key: string) => `metadata.annotations['sidecar.io/${key}']`;

/** One problem at an annotation of an otherwise fine git sidecar. */
function gitValue(key: string, value: string, code: Problem['code'], message: string, fix: string): MistakeCase {
  return {
    name: `${key}: ${value}`,
    pod: podWith({ ...repo, [`sidecar.io/${key}`]: value }),
    problems: [{ code, path: at(key), message, fix }],
  };
}

export const valueProblems: readonly MistakeCase[] = [
  {
    name: 'from-workload by hand',
    pod: podWith({ 'sidecar.io/from-workload': 'topz' }),
    problems: [
      {
        code: 'bad-from-workload',
        path: at('from-workload'),
        message: 'The injector did not write this annotation.',
        fix: 'Remove it, and write annotations of the pod or of its workload instead.',
      },
    ],
  },
  gitValue(
    'git-perod',
    '60s',
    'unknown-annotation',
    'No sidecar has "sidecar.io/git-perod".',
    'Did you mean sidecar.io/git-period?',
  ),
  gitValue('gti', 'true', 'unknown-annotation', 'No sidecar has "sidecar.io/gti".', 'Did you mean sidecar.io/git?'),
  gitValue(
    'mesh-gateway',
    'on',
    'unknown-annotation',
    'No sidecar has "sidecar.io/mesh-gateway".',
    `The sidecars of this cluster are: ${builtIn.join(', ')}.`,
  ),
  gitValue('git', 'yes', 'bad-switch', '"yes" is neither true nor false.', 'Write "true" or "false".'),
  gitValue(
    'git.depth',
    '5',
    'bad-switch',
    '"5" is neither true nor false.',
    'A dot begins the name of an instance. For the parameter, write sidecar.io/git-depth.',
  ),
  gitValue('inject', 'enabled', 'bad-switch', '"enabled" is neither true nor false.', 'Write "true" or "false".'),
  gitValue(
    'git-repo.Docs',
    'https://h/x',
    'bad-instance',
    '"Docs" is not a valid name for an instance.',
    'After the dot, write 1 to 20 lowercase letters, digits or hyphens, such as "docs".',
  ),
  gitValue('git-known-hosts', 'no', 'bad-boolean', '"no" is neither true nor false.', 'Write "true" or "false".'),
  gitValue(
    'git-depth',
    '1.5',
    'bad-integer',
    '"1.5" is not a whole number.',
    'Write a whole number from 0 to 1000000, such as "0".',
  ),
  gitValue('git-depth', '-1', 'bad-integer', '"-1" is too small.', 'Write a whole number from 0 to 1000000.'),
  gitValue(
    'git-period',
    '60',
    'bad-duration',
    '"60" is not a duration.',
    'Add a unit: "60s" for seconds, "60m" for minutes.',
  ),
  gitValue('git-period', '10ms', 'bad-duration', '"10ms" is too small.', 'Write a duration from 1s to 24h.'),
  gitValue(
    'git-memory',
    'lots',
    'bad-quantity',
    '"lots" is not a Kubernetes quantity.',
    'Write a number with a unit, such as "250m" for CPU or "64Mi" for memory.',
  ),
  gitValue(
    'git-memory',
    '100m',
    'bad-quantity',
    '"100m" is too small.',
    'Write a Kubernetes quantity of at least 1Mi.',
  ),
  gitValue(
    'git-path',
    'var/www',
    'bad-path',
    '"var/www" is not an absolute path.',
    'Write an absolute path such as "/var/www/html".',
  ),
  gitValue('git-path', '/', 'bad-path', '"/" belongs to the system.', 'Choose a folder that belongs to the app.'),
  gitValue(
    'git-path',
    '/a:b',
    'bad-path',
    '"/a:b" contains ":" or "\\", which a mount path cannot have.',
    'Write an absolute path such as "/var/www/html".',
  ),
  gitValue(
    'git-subdir',
    '../secrets',
    'bad-path',
    '"../secrets" has an empty part, "." or "..".',
    'Write a relative path such as "docs/site".',
  ),
  gitValue(
    'git-repo',
    'github.com/org/repo',
    'bad-url',
    '"github.com/org/repo" is not a URL.',
    'Write https://host/path, http://host/path, ssh://host/path, user@host:path.',
  ),
  gitValue(
    'git-repo',
    'file:///etc',
    'bad-url',
    'The sidecar cannot use file:// addresses.',
    'Write https://host/path, http://host/path, ssh://host/path, user@host:path.',
  ),
  gitValue(
    'git-repo',
    'https://me:pa55@h/r',
    'bad-url',
    'The URL carries a user name or a password, which anyone who can read the pod would see.',
    'Take it out of the URL and put it in a Secret.',
  ),
  gitValue(
    'git-style',
    'in-place,symlink',
    'bad-enum',
    '"in-place,symlink" is not one of the choices.',
    'Write one of "in-place" or "symlink".',
  ),
  gitValue(
    'git-native',
    'yes',
    'bad-enum',
    '"yes" is not one of the choices.',
    'Write one of "auto", "true", "false".',
  ),
  gitValue('git-container', 'web,web', 'bad-list', '"web" is in the list twice.', 'Write each item once.'),
  gitValue(
    'git-container',
    'Web Server',
    'bad-list',
    'In the list: "Web Server" is not in the expected format.',
    'Write names of containers, or *. Separate items with commas, such as "web,worker".',
  ),
  gitValue(
    'git-ref',
    '--upload-pack=x',
    'bad-string',
    '"--upload-pack=x" is not in the expected format.',
    'Write a branch, a tag or a full commit hash, such as "main".',
  ),
  gitValue('git-ref', '', 'bad-string', 'The value is empty.', 'Write a value, or remove the annotation.'),
  gitValue(
    'git-ref',
    'a\u0000b',
    'bad-string',
    'Character 2 of the value is invisible (U+0000).',
    'Remove the character.',
  ),
  gitValue(
    'git-ref',
    'x'.repeat(300),
    'bad-string',
    'The value is 300 characters long (it begins with "xxxxxxxxxxxxxxxxxxxx").',
    'Write at most 255 characters.',
  ),
  {
    name: 'port as a word',
    pod: podWith({ 'sidecar.io/topz': 'true', 'sidecar.io/topz-port': 'http' }),
    problems: [
      {
        code: 'bad-port',
        path: at('topz-port'),
        message: '"http" is not a port number.',
        fix: 'Write a number from 1024 to 65535.',
      },
    ],
  },
  {
    name: 'privileged port',
    pod: podWith({ 'sidecar.io/topz': 'true', 'sidecar.io/topz-port': '80' }),
    problems: [
      {
        code: 'bad-port',
        path: at('topz-port'),
        message: 'Port 80 is privileged, and the sidecar runs without privileges.',
        fix: 'Write a number from 1024 to 65535.',
      },
    ],
  },
];
