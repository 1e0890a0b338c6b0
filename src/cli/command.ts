import type { Flag } from '../flags/read-flags.ts';
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

/** The names of the sidecars that are built in. */
export function sidecarNames({ loadCatalog }: InjectDependencies): readonly string[] {
  return loadCatalog([]).catalog.templates.map(({ name }) => name);
}
