import type { Console, ExitCode } from './console.ts';

/** Prints every problem in the use of a command, and where its help is. */
export function misused(console: Console, command: string, problems: readonly string[]): ExitCode {
  for (const problem of problems) console.stderr(`error: ${problem}\n`);
  console.stderr(`See '${['sidecar', command, '--help'].filter((word) => word !== '').join(' ')}' for usage.\n`);
  return 2;
}
