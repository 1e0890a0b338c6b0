import type { Console, ExitCode } from './console.ts';
import { say } from './say.ts';

/** Prints every problem in the use of a command, and where its help is. */
export function misused(console: Console, command: string, problems: readonly string[]): ExitCode {
  say(console, 'error', problems);
  console.stderr(`See '${['sidecar', command, '--help'].filter((word) => word !== '').join(' ')}' for usage.\n`);
  return 2;
}

/** A problem for each folder of a flag that cannot be read. */
export function folderProblems(flag: string, folders: readonly string[], { files }: Pick<Console, 'files'>): string[] {
  return folders.flatMap((folder) => {
    const listing = files.list(folder);
    return 'message' in listing ? [`--${flag} ${listing.message}`] : [];
  });
}
