import { printable } from '../core/printable.ts';
import type { Console } from './console.ts';

/** Prints messages on standard error, each as `note: …` or `error: …`. Those of kubectl can have several lines. */
export function say(
  { stderr }: Pick<Console, 'stderr'>,
  kind: 'note' | 'error' | undefined,
  messages: readonly string[],
): void {
  for (const message of messages) {
    const text = kind === undefined ? message : `${kind}: ${message}`;
    stderr(`${text.split('\n').map(printable).join('\n')}\n`);
  }
}
