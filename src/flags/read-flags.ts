import { parseArgs } from 'node:util';
import { closest, didYouMean } from '../core/closest.ts';
import type { Kind } from './kinds.ts';

/**
 * One flag: `--name` on the command line, `env` in the environment; the command line wins. Tables of flags are the only
 * description of a command line: parsing, problems, help and reference pages are made from them.
 */
export interface Flag<T = unknown> {
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  readonly env?: string;
  /** What value it takes. A flag without a kind is a switch. */
  readonly kind?: Kind<T>;
  /** As a user would write it. */
  readonly default?: string;
  /** Must be given. */
  readonly required?: true;
  /** May be given several times; the values are a list. Of other flags the last one counts. */
  readonly repeated?: true;
  readonly help: string;
}

type Value<One extends Flag> =
  One extends Flag<infer T>
    ? One extends { readonly kind: unknown }
      ? One extends { readonly repeated: true }
        ? readonly T[]
        : One extends { readonly default: string } | { readonly required: true }
          ? T
          : T | undefined
      : boolean
    : never;

/** The values of all flags of a table, by name. */
export type FlagValues<Table extends readonly Flag[]> = {
  readonly [One in Table[number] as One['name']]: Value<One>;
};

/** What a command line says. Where there are problems, the flags that they are about have their defaults. */
export interface GivenFlags<Table extends readonly Flag[]> {
  readonly values: FlagValues<Table>;
  /** The arguments that are not flags. */
  readonly words: readonly string[];
  /** A message for each, with what to write instead. */
  readonly problems: readonly string[];
}

/** Reads `--name value`, `--name=value`, `-n value`, `-nvalue` and `-n=value`; after `--` everything is a word. */
export function readFlags<const Table extends readonly Flag[]>(
  args: readonly string[],
  table: Table,
  env: Readonly<Record<string, string | undefined>> = {},
): GivenFlags<Table> {
  const { given, words, problems } = readArguments(args, table);
  const values: Record<string, unknown> = {};
  for (const flag of table) {
    const { name, kind, repeated } = flag;
    const variable = flag.env === undefined ? '' : (env[flag.env] ?? '');
    const texts = given.get(name) ?? (variable === '' ? [] : [variable]);
    const read = texts.flatMap((text) => readValue(flag, text, given.has(name) ? `--${name}` : flag.env, problems));
    if (flag.required && texts.length === 0) problems.push(`--${name} is required: --${name} ${kind?.word}.`);
    const standard = flag.default === undefined ? undefined : kind?.read(flag.default);
    values[name] = kind === undefined ? texts.length > 0 : repeated ? read : (read.at(-1) ?? standard);
  }
  // The loop sets every name of the table to a value of its kind.
  return { values: values as FlagValues<Table>, words, problems };
}

function readValue({ kind }: Flag, text: string, source: string | undefined, problems: string[]): unknown[] {
  const value = kind?.read(text);
  if (kind && value === undefined)
    problems.push(`Invalid value ${JSON.stringify(text)} for ${source}. ${hint(kind, text)}`);
  return value === undefined ? [] : [value];
}

function hint({ choices, expected }: Kind<unknown>, text: string): string {
  return didYouMean(text, choices ?? [], `Write ${expected}.`);
}

/** The texts of the flags that are known, by name, and the problems that need no look at a value. */
function readArguments(args: readonly string[], table: readonly Flag[]) {
  const given = new Map<string, string[]>();
  const words: string[] = [];
  const problems: string[] = [];
  const options = table.map(({ name, short, kind }) => [
    name,
    { type: kind ? 'string' : 'boolean', ...(short === undefined ? {} : { short }) } as const,
  ]);
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(options),
    strict: false, // else it throws at the first problem
    allowPositionals: true,
    tokens: true,
  });
  let skipped = -1;
  for (const token of tokens) {
    if (token.index === skipped || token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      words.push(token.value);
      continue;
    }
    const { rawName, index } = token;
    const isLong = rawName.startsWith('--');
    const flag = table.find(({ name, short }) => rawName === (isLong ? `--${name}` : `-${short}`));
    const value = isLong ? token.value : token.value?.replace(/^=/, '');
    if (!flag) {
      const near = nearest(rawName, table);
      problems.push(`Unknown flag ${rawName}.${near ? ` Did you mean --${near.name}?` : ''}`);
      // The next word is its value; the letters behind an unknown one say nothing.
      skipped = !isLong ? index : near?.kind && value === undefined ? index + 1 : -1;
    } else if (!flag.kind) {
      const hasValue = isLong ? token.inlineValue : args[index]?.[2] === '=';
      if (hasValue) problems.push(`--${flag.name} takes no value.`);
      else given.set(flag.name, ['']);
      if (hasValue) skipped = index;
    } else if (
      value === undefined ||
      (value === '' && flag.kind.read('') === undefined) ||
      (!token.inlineValue && value.startsWith('--'))
    ) {
      problems.push(`--${flag.name} requires a value: --${flag.name} ${flag.kind.word}.`);
    } else given.set(flag.name, [...(given.get(flag.name) ?? []), value]);
  }
  return { given, words, problems };
}

function nearest(name: string, table: readonly Flag[]): Flag | undefined {
  const names = table.map((flag) => `--${flag.name}`);
  return table[names.indexOf(closest(name, names) ?? '')];
}
