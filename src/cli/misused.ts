import type { Console, ExitCode } from './console.ts';

/** Tells every mistake in the use of a command, and where the help is. */
export function misused(console: Console, command: string, mistakes: readonly string[]): ExitCode {
  const name = command === '' ? 'sidecar' : `sidecar ${command}`;
  for (const mistake of mistakes) console.stderr(`${name}: ${mistake}\n`);
  console.stderr(`See: ${name} --help\n`);
  return 2;
}
