import { onOneLine } from '../../core/printable.ts';
import type { Failure } from '../../rollout/failure.ts';
import { titleOfName, type WorkloadName } from '../cluster/workload-name.ts';
import { formatted } from '../formatted.ts';
import type { Member } from './run.ts';
import type { RolloutValues } from './settings.ts';

/** What became of an owner. */
type State = 'planned' | 'current' | 'ready' | 'left' | 'failed' | 'unfinished' | 'untouched';

interface Entry {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly wave?: number;
  readonly state: State;
  readonly why?: string;
  readonly failure?: Failure;
}

/** What `sidecar rollout` prints. */
export interface Report {
  readonly waves: number;
  readonly workloads: readonly Entry[];
}

/**
 * The report about workloads that were up to date, about those that were left alone from the start, and about those of
 * the waves.
 */
export function reportOf(
  { current, left }: { readonly current: readonly WorkloadName[]; readonly left: readonly Member[] },
  waves: readonly (readonly Member[])[],
  isDry: boolean,
): Report {
  const inWaves = waves.flatMap((wave, i) => wave.map((member) => ({ ...entryOf(member, isDry), wave: i + 1 })));
  const others = left.map((member) => entryOf(member, isDry));
  const unneeded = current.map(({ kind, namespace, name }): Entry => ({ kind, namespace, name, state: 'current' }));
  return { waves: waves.length, workloads: [...inWaves, ...others, ...unneeded] };
}

function entryOf({ owner: { kind, namespace, name }, progress, verdict }: Member, isDry: boolean): Entry {
  const common = { kind, namespace, name };
  switch (verdict?.step) {
    case 'leave':
      return { ...common, state: 'left', why: verdict.why };
    case 'ready':
      return { ...common, state: 'ready' };
    case 'stop':
      return { ...common, state: 'failed', failure: verdict.failure };
  }
  if (progress.restart !== undefined) return { ...common, state: 'unfinished' };
  return { ...common, state: isDry ? 'planned' : 'untouched' };
}

/** The report in the format that was asked for. */
export function printed(report: Report, output: RolloutValues['output']): string {
  if (output !== 'text') return formatted(report, output);
  const { workloads } = report;
  if (workloads.length === 0) return 'Nothing is out of date.\n';
  const states = [...new Set(workloads.map(({ state }) => state))];
  const counts = states.map((state) => `${workloads.filter((each) => each.state === state).length} ${words[state]}`);
  const lines = workloads.map(({ wave, state, why, ...named }) => {
    const where = wave === undefined ? '' : `wave ${wave}: `;
    return `${where}${titleOfName(named)}: ${words[state]}${why ? `. ${onOneLine(why)}` : ''}
`;
  });
  return `${lines.join('')}${counts.join(', ')}\n`;
}

const words = {
  planned: 'to be restarted',
  current: 'up to date',
  ready: 'ready',
  left: 'left alone',
  failed: 'failed',
  unfinished: 'restarted, not ready yet',
  untouched: 'not touched',
} as const satisfies Record<State, string>;

/** The lines about each owner that failed: where, why, and what to do. */
export function failureLines(waves: readonly (readonly Member[])[]): string[] {
  return waves.flatMap((wave, i) =>
    wave.flatMap((member) => {
      if (member.verdict?.step !== 'stop') return [];
      const { pod, container, sidecar, reason, message, fix } = member.verdict.failure;
      const of = sidecar === '' ? '' : ` of the sidecar ${sidecar}`;
      const where = [...(pod ? [`pod ${pod}`] : []), ...(container ? [`container ${container}${of}`] : [])];
      const what = [...where, reason].join(', ');
      return [
        `Stopped in wave ${i + 1} of ${waves.length} at ${titleOfName(member.owner)}.`,
        onOneLine(`${what}${message === '' ? '.' : `: ${message}`}`),
        onOneLine(fix),
      ];
    }),
  );
}
