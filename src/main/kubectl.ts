import { spawnSync } from 'node:child_process';

/** Bytes of one answer. */
const most = 1024 * 1024 * 1024;

/** Runs kubectl, with the rights of whoever asks: what it prints, or why it fails. */
export function kubectl(
  args: readonly string[],
  input = '',
): { readonly bytes: Uint8Array } | { readonly message: string } {
  const { status, stdout, stderr, error } = spawnSync('kubectl', args, { maxBuffer: most, input });
  if (error) return { message: `kubectl cannot be run: ${error.message}` };
  return status === 0 ? { bytes: stdout } : { message: stderr.toString().trim() };
}
