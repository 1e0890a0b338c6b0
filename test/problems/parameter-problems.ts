import { type MistakeCase, podWith } from './problem-cases.ts';

const repo = { 'sidecar.io/git-repo': 'https://git.example.com/site.git' };
const at = (key: string) => `metadata.annotations['sidecar.io/${key}']`;

export const parameterProblems: readonly MistakeCase[] = [
  {
    name: 'git without a repository',
    pod: podWith({ 'sidecar.io/git': 'true' }),
    problems: [
      {
        code: 'missing-parameter',
        path: at('git'),
        message: 'The sidecar git needs sidecar.io/git-repo: the repository to fetch.',
        fix: 'Add sidecar.io/git-repo, for example "https://github.com/octocat/Spoon-Knife.git".',
      },
    ],
  },
  {
    name: 'a parameter of a sidecar that nothing turns on',
    pod: podWith({ 'sidecar.io/topz-port': '9999' }),
    problems: [
      {
        code: 'not-turned-on',
        path: at('topz-port'),
        message: 'The sidecar topz is not turned on, so this has no effect.',
        fix: 'Add sidecar.io/topz: "true", or remove this annotation.',
      },
    ],
  },
  {
    name: 'a period without a repository',
    pod: podWith({ 'sidecar.io/git-period.docs': '60s' }),
    problems: [
      {
        code: 'not-turned-on',
        path: at('git-period.docs'),
        message: 'The sidecar git.docs is not turned on, so this has no effect.',
        fix: 'Add sidecar.io/git-repo.docs, or remove this annotation.',
      },
    ],
  },
  {
    name: 'files in a folder of the system',
    pod: podWith({ 'sidecar.io/logs-files': '/dev/stdout' }),
    problems: [
      {
        code: 'parameters-disagree',
        path: at('logs-files'),
        message:
          'The default of sidecar.io/logs-folder follows from the other settings, and cannot be used: "/dev" belongs to the system.',
        fix: 'Choose a folder that belongs to the app.',
      },
    ],
  },
  {
    name: 'a path of URLs without a slash',
    pod: podWith({ 'sidecar.io/topz': 'true', 'sidecar.io/topz-base-path': 'topz' }),
    problems: [
      {
        code: 'bad-string',
        path: at('topz-base-path'),
        message: '"topz" is not in the expected format.',
        fix: 'Write a path of URLs that begins with a slash, such as "/pods/web".',
      },
    ],
  },
  {
    name: 'a sub-directory in the symlink style',
    pod: podWith({ ...repo, 'sidecar.io/git-style': 'symlink', 'sidecar.io/git-subdir': 'docs' }),
    problems: [
      {
        code: 'parameters-disagree',
        path: at('git-subdir'),
        message: 'The style symlink always shows the whole repository.',
        fix: 'Remove the annotation and read <path>/current/docs, or choose style in-place.',
      },
    ],
  },
  {
    name: 'a fragment in the address of a repository',
    pod: podWith({ 'sidecar.io/git-repo': 'https://example.com/site.git#main' }),
    problems: [
      {
        code: 'parameters-disagree',
        path: at('git-repo'),
        message: 'The address of a repository has no "#".',
        fix: 'Write "https://example.com/site.git". A branch or a tag goes into sidecar.io/git-ref.',
      },
    ],
  },
  ...[
    ['https://github.com/octocat/Spoon-Knife/tree/main/docs', 'https://github.com/octocat/Spoon-Knife'],
    ['https://gitlab.example.com/team/web/site/-/tree/main', 'https://gitlab.example.com/team/web/site'],
  ].map(([page, repository]) => ({
    name: `the address of a page: ${page}`,
    pod: podWith({ 'sidecar.io/git-repo': page ?? '' }),
    problems: [
      {
        code: 'parameters-disagree' as const,
        path: at('git-repo'),
        message: 'This is the address of a page, not of a repository.',
        fix: `Write "${repository}". A branch goes into sidecar.io/git-ref, a folder into sidecar.io/git-subdir.`,
      },
    ],
  })),
  {
    name: 'ssh without a key',
    pod: podWith({ 'sidecar.io/git-repo': 'git@example.com:site.git' }),
    problems: [
      {
        code: 'parameters-disagree',
        path: at('git-repo'),
        message: 'An ssh address needs a key, and no Secret is named.',
        fix: 'Name a Secret with the keys ssh-privatekey and known_hosts, or use the https address of the repository.',
      },
    ],
  },
  {
    name: 'a user name without a Secret',
    pod: podWith({ ...repo, 'sidecar.io/git-username': 'me' }),
    problems: [
      {
        code: 'parameters-disagree',
        path: at('git-username'),
        message: 'A user name is set, but no Secret with the password.',
        fix: 'Name the Secret that holds the key password.',
      },
    ],
  },
  {
    name: 'a limit below what is reserved',
    pod: podWith({ ...repo, 'sidecar.io/git-memory': '128Mi', 'sidecar.io/git-memory-limit': '64Mi' }),
    problems: [
      {
        code: 'parameters-disagree',
        path: at('git-memory-limit'),
        message: 'The limit 64Mi is lower than the request 128Mi.',
        fix: 'Write at least "128Mi", or lower sidecar.io/git-memory.',
      },
    ],
  },
  {
    name: 'a container that is not there',
    pod: podWith({ ...repo, 'sidecar.io/git-container': 'wep' }),
    problems: [
      {
        code: 'unknown-container',
        path: at('git-container'),
        message: 'The pod has no container wep.',
        fix: 'Did you mean web? Its containers are: web.',
      },
    ],
  },
  {
    name: 'an init container as target of a sidecar that is not native',
    pod: podWith(
      { ...repo, 'sidecar.io/git-container': 'setup', 'sidecar.io/git-native': 'false' },
      { initContainers: [{ name: 'setup', image: 'busybox' }] },
    ),
    problems: [
      {
        code: 'needs-native-sidecar',
        path: at('git-container'),
        message: 'setup is an init container, and a sidecar that is not native starts after it.',
        fix: 'Remove sidecar.io/git-native, or name containers that run beside the sidecar.',
      },
    ],
  },
];
