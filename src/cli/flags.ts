import { closest } from '../api/closest.ts';

/** A flag of a command. Without `value` it is a switch; with it, the word that stands for the value in the help. */
export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly value?: string;
  readonly help: string;
  readonly choices?: readonly string[];
  /** What is wrong with a value, as the end of a sentence; nothing when it is fine. */
  readonly flaw?: (value: string) => string | undefined;
}

/** The flags that were given, each with its values in order, the other words, and every mistake as a sentence. */
export interface GivenFlags {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly words: readonly string[];
  readonly mistakes: readonly string[];
}

/** Reads all arguments: `--name value`, `--name=value`, `-n value`, `-nvalue`; nothing after `--` is a flag. */
export function readFlags(args: readonly string[], flags: readonly Flag[]): GivenFlags {
  const values = new Map<string, string[]>();
  const words: string[] = [];
  const mistakes: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      words.push(...args.slice(i + 1));
      break;
    }
    if (!arg.startsWith('-') || arg === '-') {
      words.push(arg);
      continue;
    }
    const { name, attached } = takeApart(arg);
    const flag = flags.find((known) => name === `--${known.name}` || name === `-${known.short}`);
    if (!flag) {
      const near = meant(name, flags);
      mistakes.push(`There is no flag ${name}.${near ? ` Did you mean --${near.name}?` : ''}`);
      if (near?.value !== undefined && attached === undefined) i++;
      continue;
    }
    const value = attached ?? (flag.value === undefined ? 'true' : args[++i]);
    const mistake = mistakeOf(flag, value, attached);
    if (mistake !== undefined) mistakes.push(mistake);
    else if (value !== undefined) values.set(flag.name, [...(values.get(flag.name) ?? []), value]);
  }
  return { values, words, mistakes };
}

function takeApart(arg: string): { name: string; attached: string | undefined } {
  const equals = arg.indexOf('=');
  if (!arg.startsWith('--')) {
    return { name: arg.slice(0, 2), attached: arg.length > 2 ? arg.slice(2).replace(/^=/, '') : undefined };
  }
  return equals < 0
    ? { name: arg, attached: undefined }
    : { name: arg.slice(0, equals), attached: arg.slice(equals + 1) };
}

function mistakeOf(flag: Flag, value: string | undefined, attached: string | undefined): string | undefined {
  const name = `--${flag.name}`;
  if (flag.value === undefined) return attached === undefined ? undefined : `${name} takes no value.`;
  if (value === undefined || value === '') return `${name} needs a value: ${name} ${flag.value}.`;
  if (flag.choices && !flag.choices.includes(value)) {
    const near = closest(value, flag.choices);
    const hint = near === undefined ? `Write ${listed(flag.choices)}.` : `Did you mean ${near}?`;
    return `${name} cannot be "${value}". ${hint}`;
  }
  const flaw = flag.flaw?.(value);
  return flaw === undefined ? undefined : `${name} cannot be "${value}": ${flaw}.`;
}

function meant(name: string, flags: readonly Flag[]): Flag | undefined {
  const names = flags.map((flag) => `--${flag.name}`);
  return flags[names.indexOf(closest(name, names) ?? '')];
}

/** Words as a sentence lists them: `yaml, json or diff`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
