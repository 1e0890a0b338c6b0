import { flagsHelp } from '../flags/help.ts';
import { type Flag, type GivenFlags, readFlags } from '../flags/read-flags.ts';
import type { Console, ExitCode } from './console.ts';
import type { InjectDependencies } from './dependencies.ts';

/** One command: what help, completion and `sidecar` itself know of it. */
export interface Command {
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** What the next word can be, if it is not a flag, after those before it. A command without it takes no words. */
  readonly words?: (before: readonly string[], dependencies: InjectDependencies) => readonly string[];
  /** True where words are names of files. */
  readonly takesFiles?: true;
  /** Commands of its own, one of which is the first word: each has flags and words instead. */
  readonly commands?: Commands;
  readonly run: (console: Console, dependencies: InjectDependencies) => ExitCode;
}

export type Commands = Readonly<Record<string, Command>>;

const helpFlag = { name: 'help', short: 'h', help: 'Show this page.' } as const satisfies Flag;

/** What a command line says to a command with these flags. */
export type Given<Table extends readonly Flag[]> = GivenFlags<readonly [...Table, typeof helpFlag]>;

/** What a command is made of. */
interface Parts<Table extends readonly Flag[]> extends Omit<Command, 'flags' | 'run'> {
  readonly flags: Table;
  /** The help page. `flags` are the lines that explain the flags. */
  readonly help: (flags: string) => string;
  readonly run: (given: Given<Table>, console: Console, dependencies: InjectDependencies) => ExitCode;
}

/** A command that reads its flags, and prints its help page with `--help`. */
export function command<const Table extends readonly Flag[]>({ help, run, ...known }: Parts<Table>): Command {
  const flags = [...known.flags, helpFlag] as const;
  return {
    ...known,
    flags,
    run(console, dependencies) {
      const given = readFlags(console.args, flags);
      const { help: isAsked }: { readonly help?: boolean } = given.values;
      if (!isAsked) return run(given, console, dependencies);
      console.stdout(help(flagsHelp(flags)));
      return 0;
    },
  };
}

/** The names of the sidecars that are built in. */
export function sidecarNames({ loadCatalog }: InjectDependencies): readonly string[] {
  return loadCatalog([]).catalog.templates.map(({ name }) => name);
}
