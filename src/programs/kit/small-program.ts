import type { Writable } from 'node:stream';

/** Writes a log to the stream: one JSON object per line, in the form of the server's log. */
export function logOn(stream: Writable) {
  return (level: 'info' | 'warn', msg: string, fields: object = {}): void => {
    stream.write(`${JSON.stringify({ level, time: new Date().toISOString(), ...fields, msg })}\n`);
  };
}

/** For a program with nothing left to do when it is told to end: the first process of a PID namespace gets no default handling. */
export function endAtOnce(): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
}

type Parsed<Settings> =
  | { readonly settings: Settings }
  | { readonly problems: readonly string[] }
  | { readonly help: true };

/** Does what a command line asks for. Exit codes: 2 where it is wrong, 1 where the program failed. */
export async function runProgram<Settings>(
  parsed: Parsed<Settings>,
  usage: string,
  start: (settings: Settings) => Promise<void>,
): Promise<void> {
  if ('help' in parsed) process.stdout.write(usage);
  else if ('problems' in parsed) {
    for (const problem of parsed.problems) process.stderr.write(`${problem}\n`);
    process.exitCode = 2;
  } else {
    try {
      await start(parsed.settings);
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  }
}
