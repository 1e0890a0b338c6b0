import { templateOf } from '../../catalog/catalog.ts';
import { type Flag, type GivenFlags, readFlags } from '../../flags/read-flags.ts';
import type { Connection } from '../cluster/open-cluster.ts';
import { type Commands, sidecarNames } from '../command.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { contextsOf, namespacesOf } from './from-cluster.ts';

/** What may be written instead of the last word of a command line. */
export interface Suggestions {
  readonly values: readonly { readonly value: string; readonly help: string }[];
  /** Whether the shell adds names of its files or folders. */
  readonly paths?: 'files' | 'folders' | undefined;
  /** True where more has to follow each value, such as that of a parameter. */
  readonly isOpen?: true;
}

/** The words before the unfinished one. */
type Before = GivenFlags<readonly Flag[]>;

/**
 * Suggests from the tables of commands and flags. `args`: the words behind the name of the program, the unfinished one
 * last.
 */
export function suggest(args: readonly string[], commands: Commands, dependencies: InjectDependencies): Suggestions {
  const before = args.slice(0, -1);
  const current = args.at(-1) ?? '';
  const [name = '', ...given] = before;
  const summaries = Object.entries(commands).map(([value, { summary }]) => ({ value, help: summary }));
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (before.length === 0 || (name === 'help' && given.length === 0)) return startingWith(current, summaries);
  if (!command) return { values: [] };
  if (command.commands) return suggest(args.slice(1), command.commands, dependencies);
  const hasEnded = given.includes('--');
  const { flags } = command;
  const asked = readFlags(given, flags);
  const open = hasEnded ? undefined : openFlag(given.at(-1) ?? '', flags);
  if (open) return valuesOf(open, current, asked, dependencies);
  if (!hasEnded && current.startsWith('-')) {
    const [, long, text] = /^--([^=]+)=(.*)$/s.exec(current) ?? [];
    if (text === undefined) return startingWith(current, flagsOf(flags, given));
    const flag = flags.find((each) => each.name === long);
    return flag?.kind ? valuesOf(flag, text, asked, dependencies) : { values: [] };
  }
  const words = command.words?.(asked.words, dependencies) ?? [];
  return { ...startingWith(current, words.map(plain)), paths: command.takesFiles && 'files' };
}

function startingWith(start: string, values: Suggestions['values']): Suggestions {
  return { values: values.filter(({ value }) => value.startsWith(start)) };
}

function plain(value: string) {
  return { value, help: '' };
}

/** The flag whose value is the next word: `--output`, `-o`, `-qo`. */
function openFlag(word: string, flags: readonly Flag[]): Flag | undefined {
  if (word.startsWith('--')) return flags.find(({ name, kind }) => kind && word === `--${name}`);
  if (!word.startsWith('-')) return undefined;
  const letters = [...word.slice(1)];
  const first = letters.findIndex((letter) => flags.some(({ short, kind }) => kind && short === letter));
  return first === letters.length - 1 ? flags.find(({ short }) => short === letters[first]) : undefined;
}

function flagsOf(flags: readonly Flag[], given: readonly string[]): Suggestions['values'] {
  const used = new Set(given.map((word) => word.split('=')[0]));
  const isUsed = ({ name, short }: Flag) => used.has(`--${name}`) || (short !== undefined && used.has(`-${short}`));
  return flags.filter((flag) => flag.repeated || !isUsed(flag)).map(({ name, help }) => ({ value: `--${name}`, help }));
}

function valuesOf({ kind }: Flag, start: string, before: Before, dependencies: InjectDependencies): Suggestions {
  switch (kind?.suggests) {
    case 'files':
    case 'folders':
      return { values: [], paths: kind.suggests };
    case 'parameters':
      return { ...startingWith(start, parametersOf(before.words[0], dependencies)), isOpen: true };
    case 'sidecars':
      return startingWith(start, sidecarNames(dependencies).map(plain));
    case 'namespaces':
      return startingWith(start, namespacesOf(connectionIn(before), dependencies.kubectl).map(plain));
    case 'contexts':
      return startingWith(start, contextsOf(connectionIn(before), dependencies.kubectl).map(plain));
    case undefined:
      return startingWith(start, (kind?.choices ?? []).map(plain));
  }
}

/** The parameters of a sidecar, as `--set` takes them. */
function parametersOf(sidecar: string | undefined, { loadCatalog }: InjectDependencies): Suggestions['values'] {
  const template = templateOf(sidecar, loadCatalog([]).catalog);
  return [...(template?.parameters.values() ?? [])].map(({ name, declaration }) => ({
    value: `${name}=`,
    help: declaration.description,
  }));
}

function connectionIn({ values }: Before): Connection {
  const textOf = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
  return { context: textOf('context'), kubeconfig: textOf('kubeconfig'), as: textOf('as') };
}
