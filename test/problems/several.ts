import { type MistakeCase, podWith } from './problem-cases.ts';

const at = (key: string) => `metadata.annotations['sidecar.io/${key}']`;

/** Mistakes of several kinds on one pod: all of them are told at once. */
export const several: MistakeCase = {
  name: 'seven problems on one pod',
  pod: podWith(
    {
      'sidecar.io/git': 'true',
      'sidecar.io/git-period': '5',
      'sidecar.io/git-style': 'both',
      'sidecar.io/git-container': 'worker',
      'sidecar.io/topz': 'true',
      'sidecar.io/topz-port': '8080',
      'sidecar.io/topzz': 'true',
    },
    { hostPID: true },
  ),
  problems: [
    {
      code: 'unknown-annotation',
      path: at('topzz'),
      message: 'No sidecar has "sidecar.io/topzz".',
      fix: 'Did you mean sidecar.io/topz?',
    },
    {
      code: 'missing-parameter',
      path: at('git'),
      message: 'The sidecar git needs sidecar.io/git-repo: the repository to fetch.',
      fix: 'Add sidecar.io/git-repo, for example "https://github.com/octocat/Spoon-Knife.git".',
    },
    {
      code: 'bad-duration',
      path: at('git-period'),
      message: '"5" is not a duration.',
      fix: 'Add a unit: "5s" for seconds, "5m" for minutes.',
    },
    {
      code: 'bad-enum',
      path: at('git-style'),
      message: '"both" is not one of the choices.',
      fix: 'Write one of "in-place" or "symlink".',
    },
    {
      code: 'unknown-container',
      path: at('git-container'),
      message: 'The pod has no container worker.',
      fix: 'Its containers are: web.',
    },
    {
      code: 'host-pid',
      path: 'spec.hostPID',
      message: `The sidecar topz (turned on by ${at('topz')}) shares the process namespace of the pod, but hostPID makes the pod use the process namespace of the node. Kubernetes allows only one of the two.`,
      fix: 'Remove hostPID from the pod, or turn the sidecar off.',
    },
    {
      code: 'port-taken',
      path: at('topz-port'),
      message: 'Port 8080 is used by container web.',
      fix: 'Set sidecar.io/topz-port to a free port, for example "20000".',
    },
  ],
};
