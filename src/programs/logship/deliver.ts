import { messageOf } from '../../core/message-of.ts';
import type { Say } from '../kit/log.ts';
import type { Entry, Output, Verdict } from './entry.ts';

/** Milliseconds before a batch is sent again: at first, at most, and at most while the pod ends. */
const [firstWait, longestWait, lastWait] = [500, 10_000, 1000];

export interface Patience {
  /** Is the pod ending? */
  hurried(): boolean;
  /** Waits so many milliseconds; ends early when the pod does. */
  wait(milliseconds: number): Promise<void>;
}

/**
 * Sends a batch until the receiver has it, however long that takes: meanwhile nothing is read, and the files keep what
 * the app writes. What a receiver will never take is found by halving, and left out.
 */
export function createDelivery(
  output: Output,
  say: Say,
  patience: Patience,
): (entries: readonly Entry[]) => Promise<void> {
  let away = false;

  function leaveOut(refused: readonly Entry[], why: string): void {
    const [{ file, text } = { file: '', text: '' }] = refused;
    say('warn', 'the receiver refuses lines, they are left out', {
      lines: refused.length,
      file,
      text: text.slice(0, 200),
      why,
    });
  }

  async function send(entries: readonly Entry[]): Promise<Verdict> {
    try {
      return await output.send(entries);
    } catch (error) {
      return { kind: 'later', why: messageOf(error) };
    }
  }

  async function deliver(entries: readonly Entry[]): Promise<void> {
    let rest = entries;
    for (let wait = firstWait; rest.length > 0; wait = Math.min(wait * 2, longestWait)) {
      const verdict = await send(rest);
      if (verdict.kind === 'taken') break;
      if (verdict.kind === 'refused' && rest.length === 1) return leaveOut(rest, verdict.why);
      if (verdict.kind === 'refused') {
        const half = Math.ceil(rest.length / 2);
        await deliver(rest.slice(0, half));
        return deliver(rest.slice(half));
      }
      if (verdict.kind === 'mixed') {
        if (verdict.refused.length > 0) leaveOut(verdict.refused, verdict.refusal);
        rest = verdict.later;
        if (rest.length === 0) return;
      }
      if (!away) say('warn', 'the receiver does not take lines, they wait in the files', { why: verdict.why });
      away = true;
      const asked = verdict.kind === 'later' ? verdict.after || wait : wait; // not at once, even if it says so
      await patience.wait(patience.hurried() ? Math.min(wait, lastWait) : Math.min(asked, 60_000));
    }
    if (away) say('info', 'the receiver takes lines again');
    away = false;
  }

  return deliver;
}
