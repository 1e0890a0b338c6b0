import { onOneLine } from '../../core/printable.ts';
import type { Verdict } from '../../rollout/verdict.ts';
import { titleOfName } from '../cluster/workload-name.ts';
import type { Console } from '../console.ts';
import type { Member } from './run.ts';

const width = 30;
/** Back to the start of the line, which is then empty. */
const clear = '\r\x1b[K';

/** Says on standard error what changes; on a terminal with a bar of all owners below. */
export function createProgress(
  { stderr, live }: Pick<Console, 'stderr' | 'live'>,
  waves: readonly (readonly Member[])[],
) {
  const total = waves.flat().length;
  const before = waves.map((_, i) => waves.slice(0, i).flat().length);
  const said = new Map<string, string>();
  return {
    looked(wave: number, members: readonly Member[]): void {
      const lines = members.flatMap((member) => {
        const title = titleOfName(member.owner);
        const text = member.verdict ? wordsOf(member.verdict) : '';
        if (said.get(title) === text) return [];
        said.set(title, text);
        return [`wave ${wave + 1} of ${waves.length}: ${title}: ${onOneLine(text)}\n`];
      });
      const done = (before[wave] ?? 0) + members.filter(({ verdict }) => verdict?.step === 'ready').length;
      const filled = Math.floor((width * done) / total);
      const bar = `${'#'.repeat(filled)}${'-'.repeat(width - filled)}`;
      stderr(live ? `${clear}${lines.join('')}[${bar}] ${done} of ${total} ready` : lines.join(''));
    },
    /** Takes the bar away. */
    end(): void {
      if (live) stderr(clear);
    },
  };
}

function wordsOf(verdict: Verdict): string {
  switch (verdict.step) {
    case 'restart':
      return 'restarted';
    case 'evict':
      return `evicting pod ${verdict.pod}`;
    case 'wait':
      return verdict.why === '' ? `${verdict.ready} of ${verdict.of} new pods are ready` : `waits: ${verdict.why}`;
    case 'ready':
      return 'ready';
    case 'leave':
      return `left alone. ${verdict.why}`;
    case 'stop':
      return `failed: ${verdict.failure.reason}`;
  }
}
