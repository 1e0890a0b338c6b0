import type { Console, ExitCode } from './console.ts';

/** Tells every problem in the use of a command, and where the help is. */
export function misused(console: Console, command: string, problems: readonly string[]): ExitCode {
  const name = command === '' ? 'sidecar' : `sidecar ${command}`;
  for (const problem of problems) console.stderr(`${name}: ${problem}\n`);
  console.stderr(`See: ${name} --help\n`);
  return 2;
}
