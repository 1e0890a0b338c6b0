import { duration, type Kind, oneOf } from '../../flags/kinds.ts';
import { pick } from '../../flags/pick.ts';
import type { Flag, FlagValues } from '../../flags/read-flags.ts';
import { readWaveSize, type WaveSize } from '../../rollout/waves.ts';
import { podFlags, sharedFlags } from '../audit/settings.ts';
import { connectionFlags, namespaceFlag } from '../cluster/flags.ts';

const waveSize: Kind<WaveSize> = {
  word: 'SIZE',
  expected: 'a percentage such as 10%, or a number of workloads such as 5',
  read: readWaveSize,
};

export const rolloutFlags = [
  namespaceFlag,
  ...pick(podFlags, 'all-namespaces', 'selector'),
  { name: 'wave', kind: waveSize, default: '10%', help: 'Workloads in a wave, after a first wave of one.' },
  {
    name: 'timeout',
    kind: duration,
    default: '5m',
    help: 'Stop when no further pod of a workload becomes ready within this time.',
  },
  { name: 'dry-run', help: 'Print what would be restarted, in waves, and change nothing.' },
  { name: 'output', short: 'o', kind: oneOf(['text', 'json', 'yaml']), default: 'text', help: 'Output format.' },
  ...connectionFlags,
  ...sharedFlags,
] as const satisfies readonly Flag[];

/** The flags of one call. */
export type RolloutValues = FlagValues<typeof rolloutFlags>;

/** The text of `sidecar rollout --help`. */
export function rolloutHelp(flags: string): string {
  return help(
    flags,
    'rollout',
    `Restarts the workloads whose pods are not as they should be, as 'sidecar audit' finds them: without a sidecar, with an
older one, or with one that was changed.`,
  );
}

/** The text of `sidecar repair --help`. */
export function repairHelp(flags: string): string {
  return help(
    flags,
    'repair',
    `Restarts the workloads whose pods came up without a sidecar that they should have, such as those of a time without an
injector. Pods with an older sidecar are left to 'sidecar rollout'.`,
  );
}

function help(flags: string, command: string, summary: string): string {
  return `${summary}

One workload is restarted first, and then wave after wave, each as 'kubectl rollout restart' does it. A wave begins when
all pods of the one before are ready. At the first new pod that fails it stops, says why, and touches nothing more. Run
it again to go on: it begins with what the previous run left unfinished, and leaves out what is up to date.

Usage: sidecar ${command} [flags]
       sidecar ${command} TYPE/NAME... [flags]

Flags:
${flags}
The strategy of each workload holds. Where it is OnDelete, and for a ReplicaSet without a Deployment, pods are evicted
one by one. A workload waits while a restart could take its pods below a PodDisruptionBudget. Left alone, with the
reason: pods without a controller, Jobs, CronJobs, paused Deployments, kinds of other projects, and workloads whose new
pods would be refused.

Exit codes:
  0  every workload is ready, up to date or left alone
  1  stopped: new pods fail, or the API server refuses a change or is silent
  2  nothing was restarted: wrong usage, or something cannot be read

Examples:
  sidecar ${command} -n shop --dry-run
  sidecar ${command} -A --wave 5%
  sidecar ${command} deployment/web statefulset/db -n shop
`;
}
