import { readFileSync } from 'node:fs';

/** Bits of the signals in a mask of Linux. */
const [sigint, sigterm] = [1n << 1n, 1n << 14n];

/**
 * Has SIGTERM come before this program could handle it? Until a program handles SIGINT and SIGTERM, Node does, each
 * once, by ending the process. The first process of a PID namespace goes on all the same, because its default is to
 * ignore signals: a container that is stopped while it starts would be killed only after its grace period. So a handler
 * for SIGINT and none for SIGTERM says that SIGTERM has come. False where that cannot be known.
 */
export function hasMissedSignal(): boolean {
  try {
    const [, mask = '0'] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return (BigInt(`0x${mask}`) & (sigint | sigterm)) === sigint;
  } catch {
    return false;
  }
}
