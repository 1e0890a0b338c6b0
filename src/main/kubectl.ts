import { spawnSync } from 'node:child_process';
import { printable } from '../core/printable.ts';

/** Bytes of one answer. */
const most = 1024 * 1024 * 1024;

/** Runs kubectl, with the rights of whoever asks: what it prints, or why it fails. `limit`: in milliseconds. */
export function kubectl(
  args: readonly string[],
  input = '',
  limit?: number,
): { readonly bytes: Uint8Array } | { readonly message: string } {
  const { status, signal, stdout, stderr, error } = spawnSync('kubectl', args, {
    maxBuffer: most,
    input,
    timeout: limit,
  });
  if (error) return { message: reasonOfFailure(error) };
  if (status === 0) return { bytes: stdout };
  const end = status === null ? `was stopped by ${signal}` : `ended with the exit code ${status}`;
  return { message: reasonIn(stderr.toString()) || `kubectl ${end}, and said nothing.` };
}

function reasonOfFailure(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT')
    return 'kubectl is not on the PATH. Install it (https://kubernetes.io/docs/tasks/tools/).';
  if (error.code === 'ETIMEDOUT') return 'kubectl takes too long.';
  return `kubectl cannot be run: ${error.message}`;
}

/**
 * Without the lines of its log, such as `E1126 15:02:12.702947 …`, and without the word that our messages begin with. A
 * message of the cluster can have words of whoever wrote an object, but no control characters for a terminal.
 */
function reasonIn(text: string): string {
  const lines = text.trim().split('\n');
  const said = lines.filter((line) => !/^[IWEF]\d{4} \d\d:/.test(line));
  return (said.length > 0 ? said : lines)
    .map((line) => printable(line.trimEnd()))
    .join('\n')
    .replace(/^error: /, '');
}
