import { closest } from '../core/closest.ts';

/** A flag of a command. Without `value` it is a switch; with it, the word that stands for the value in the help. */
export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly value?: string;
  readonly help: string;
  readonly choices?: readonly string[];
  /** What is wrong with a value, as the end of a message; nothing when it is fine. */
  readonly problem?: (value: string) => string | undefined;
}

/** The flags that were given, each with its values in order, the other words, and every problem as a message. */
export interface GivenFlags {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly words: readonly string[];
  readonly problems: readonly string[];
}

/** Reads all arguments: `--name value`, `--name=value`, `-n value`, `-nvalue`; nothing after `--` is a flag. */
export function readFlags(args: readonly string[], flags: readonly Flag[]): GivenFlags {
  const values = new Map<string, string[]>();
  const words: string[] = [];
  const problems: string[] = [];
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
      problems.push(`There is no flag ${name}.${near ? ` Did you mean --${near.name}?` : ''}`);
      if (near?.value !== undefined && attached === undefined) i++;
      continue;
    }
    const value = attached ?? (flag.value === undefined ? 'true' : args[++i]);
    const problem = valueProblem(flag, value, attached);
    if (problem !== undefined) problems.push(problem);
    else if (value !== undefined) values.set(flag.name, [...(values.get(flag.name) ?? []), value]);
  }
  return { values, words, problems };
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

function valueProblem(flag: Flag, value: string | undefined, attached: string | undefined): string | undefined {
  const name = `--${flag.name}`;
  if (flag.value === undefined) return attached === undefined ? undefined : `${name} takes no value.`;
  if (value === undefined || value === '') return `${name} needs a value: ${name} ${flag.value}.`;
  if (flag.choices && !flag.choices.includes(value)) {
    const near = closest(value, flag.choices);
    const hint = near === undefined ? `Write ${listed(flag.choices)}.` : `Did you mean ${near}?`;
    return `${name} cannot be "${value}". ${hint}`;
  }
  const problem = flag.problem?.(value);
  return problem === undefined ? undefined : `${name} cannot be "${value}": ${problem}.`;
}

function meant(name: string, flags: readonly Flag[]): Flag | undefined {
  const names = flags.map((flag) => `--${flag.name}`);
  return flags[names.indexOf(closest(name, names) ?? '')];
}

/** Words as a message lists them: `yaml, json or diff`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
