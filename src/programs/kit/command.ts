import { flagsHelp } from '../../flags/help.ts';
import { type Flag, type FlagValues, readFlags } from '../../flags/read-flags.ts';

/** The command line of a program. */
export interface Command<Table extends readonly Flag[]> {
  readonly name: string;
  /** What the program does, in one sentence. */
  readonly summary: string;
  readonly flags: Table;
  /**
   * Gives a message for each problem between flags. `isSet` says whether the command line has a flag, right or wrong.
   */
  readonly check?: (settings: FlagValues<Table>, isSet: (name: string) => boolean) => readonly string[];
}

/** What a command line asks for. */
export type Asked<Settings> =
  | { readonly kind: 'run'; readonly settings: Settings }
  | { readonly kind: 'help' | 'version' }
  /** One message for each problem, with what to write instead. */
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

const common: readonly Flag[] = [
  { name: 'help', short: 'h', help: 'Show this page.' },
  { name: 'version', help: 'Print the version.' },
];

/** Reads a command line and the environment. One hyphen is as good as two (`-addr :80`), as with programs in Go. */
export function readCommand<Table extends readonly Flag[]>(
  { flags, check }: Command<Table>,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Asked<FlagValues<Table>> {
  const all = args.map((arg) => arg.replace(/^-(?=[a-z]{2})/, '--'));
  const { values, words, problems } = readFlags<readonly Flag[]>(all, [...flags, ...common], env);
  const { help, version, ...rest } = values;
  if (help) return { kind: 'help' };
  if (version) return { kind: 'version' };
  const settings = rest as FlagValues<Table>; // what is left are the values of the program's own table
  const isSet = (name: string) => all.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  const unexpected = words.map((word) => `Unexpected argument ${JSON.stringify(word)}.`);
  const found = [...unexpected, ...problems, ...(check?.(settings, isSet) ?? [])];
  return found.length > 0 ? { kind: 'problems', problems: found } : { kind: 'run', settings };
}

/** The page that `--help` shows. */
export function helpOf({ name, summary, flags }: Command<readonly Flag[]>): string {
  return `${summary}\n\nUsage: ${name} [flags]\n\n${flagsHelp([...flags, ...common])}`;
}
