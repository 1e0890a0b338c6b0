import { flagsHelp } from '../../flags/help.ts';
import { duration, type Kind, oneOf } from '../../flags/kinds.ts';
import type { Flag, FlagValues } from '../../flags/read-flags.ts';
import { readWaveSize, type WaveSize } from '../../rollout/waves.ts';
import { connectionFlags, namespaceFlag } from '../cluster/flags.ts';

const waveSize: Kind<WaveSize> = {
  word: 'SIZE',
  expected: 'a percentage such as 10%, or a number of workloads such as 5',
  read: readWaveSize,
};

export const rolloutFlags = [
  namespaceFlag,
  { name: 'wave', kind: waveSize, default: '10%', help: 'Workloads in a wave, after a first wave of one.' },
  {
    name: 'timeout',
    kind: duration,
    default: '5m',
    help: 'Stop when no further pod of a workload becomes ready for so long.',
  },
  { name: 'dry-run', help: 'Print what would be restarted, in waves, and change nothing.' },
  { name: 'output', short: 'o', kind: oneOf(['text', 'json', 'yaml']), default: 'text', help: 'Output format.' },
  ...connectionFlags,
  { name: 'help', short: 'h', help: 'Show this page.' },
] as const satisfies readonly Flag[];

/** The flags of one call. */
export type RolloutValues = FlagValues<typeof rolloutFlags>;

/** The text of `sidecar rollout --help`. */
export function rolloutHelp(): string {
  return `Restarts workloads as 'kubectl rollout restart' does, so that their pods get the sidecars that they should have: the
first one alone, then wave by wave. A wave begins when all pods of the one before are ready. It stops at the first wave
in which new pods fail, says why, and touches nothing more. Run it again to go on.

Usage: sidecar rollout TYPE/NAME... [flags]
       sidecar rollout TYPE NAME... [flags]

Flags:
${flagsHelp(rolloutFlags)}
The strategy of each workload holds. Where it is OnDelete, and for a ReplicaSet without a Deployment, pods are evicted
one by one. A workload waits while a restart could take its pods below a PodDisruptionBudget. Left alone, with the
reason: pods without a controller, Jobs, CronJobs, paused Deployments, and kinds of other projects.

Exit codes:
  0  every workload is ready or left alone
  1  stopped: new pods fail, or something cannot be read or changed
  2  wrong usage

Examples:
  sidecar rollout deployment/web statefulset/db -n shop
  sidecar rollout deployment/web -n shop --dry-run
`;
}
