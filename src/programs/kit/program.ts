import { messageOf } from '../../core/message-of.ts';
import type { Flag, FlagValues } from '../../flags/read-flags.ts';
import { type Command, helpOf, readCommand } from './command.ts';
import { hasMissedSignal } from './missed-signal.ts';

/** A setting that turns out to be wrong only when it is used, such as a file that cannot be read. */
export class SettingError extends Error {}

/**
 * Does what the command line asks for. The program ends when `start` does, with the exit code that this gives; `ending`
 * says that it should end. The code is 2 where a setting is wrong and 1 where the program failed. The process has the
 * program's name once it handles signals: where processes are shared, a search for "node" must not find it.
 */
export async function runProgram<Table extends readonly Flag[]>(
  command: Command<Table>,
  version: string,
  start: (settings: FlagValues<Table>, ending: AbortSignal) => Promise<number>,
): Promise<void> {
  const asked = readCommand(command, process.argv.slice(2), process.env);
  switch (asked.kind) {
    case 'help':
      process.stdout.write(helpOf(command));
      break;
    case 'version':
      process.stdout.write(`${command.name} ${version}\n`);
      break;
    case 'problems':
      process.stderr.write(asked.problems.map((problem) => `${problem}\n`).join(''));
      process.exitCode = 2;
      break;
    case 'run': {
      const ending = endingSignal();
      process.title = command.name;
      // Not `exitCode`: what still waits for an answer must not keep a program that is done.
      process.exit(await codeOf(() => start(asked.settings, ending)));
    }
  }
}

async function codeOf(start: () => Promise<number>): Promise<number> {
  try {
    return await start();
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return error instanceof SettingError ? 2 : 1;
  }
}

/** Aborted by SIGTERM and SIGINT. The first process of a PID namespace gets no default handling of signals. */
function endingSignal(): AbortSignal {
  const ending = new AbortController();
  const end = () => ending.abort();
  process.on('SIGINT', end);
  const missed = hasMissedSignal(); // right before there is a handler
  process.on('SIGTERM', end);
  if (missed) end();
  return ending.signal;
}

/** Waits until the program should end. */
export function untilEnding(ending: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ending.aborted) resolve();
    else ending.addEventListener('abort', () => resolve());
  });
}
