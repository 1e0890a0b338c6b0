import { textAt } from '../../../core/fields.ts';
import type { Evidence } from '../evidence.ts';
import { isEnded, recreation } from '../recreate.ts';
import type { Words } from '../words.ts';

/** The pod lacks a sidecar, and has ended: only the next one can get it. */
export interface EndedCause extends Words {
  readonly family: 'ended';
  readonly kind: 'ended';
}

/** `isHindered` is true where something keeps the next pod from its sidecar too; that is said after this. */
export function endedCause({ live, missing, request }: Evidence, isHindered: boolean): EndedCause | undefined {
  const stored = live?.stored;
  if (!isEnded(stored) || missing.length === 0) return undefined;
  const names = missing.map(({ name }) => name).join(', ');
  const next = recreation(request);
  return {
    ...{ family: 'ended', kind: 'ended' },
    cause: `The pod has ended (${textAt(stored, 'status.phase')}), without ${names}: a pod gets its sidecars when it is created.`,
    fix: isHindered ? `First do what is said below. ${next}` : next,
  };
}
