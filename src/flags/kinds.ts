import { secondsOf } from '../core/units.ts';

/** A kind of value that a flag takes. */
export interface Kind<T> {
  /** Stands for the value in help: `PORT`. */
  readonly word: string;
  /** What a user writes, as a message says it after "Write". */
  readonly expected: string;
  /** The value of a text; undefined when the text is none of this kind. */
  readonly read: (text: string) => T | undefined;
  /** All texts that are allowed, where they can be listed. */
  readonly choices?: readonly string[];
  /** What a shell suggests, where the texts cannot be listed here. */
  readonly suggests?: 'files' | 'folders' | 'sidecars' | 'namespaces' | 'contexts' | 'parameters';
}

/** Any text, an empty one too. */
export const text: Kind<string> = { word: 'TEXT', expected: 'text', read: (text) => text };

/** A file or a folder. */
export const path: Kind<string> = { ...text, word: 'PATH', expected: 'a path', suggests: 'files' };

/** A text that is not empty. `word` stands for it in help. */
export function named(word: string): Kind<string> {
  return { word, expected: 'a value', read: (text) => text || undefined };
}

/** The path of a file, or of a folder with files. */
export function files(word: string): Kind<string> {
  return { ...named(word), suggests: 'files' };
}

/** The path of a folder. */
export const folder: Kind<string> = { ...named('DIR'), suggests: 'folders' };

/** A text that matches the expression. */
export function matching(word: string, expected: string, expression: RegExp): Kind<string> {
  return { word, expected, read: (text) => (expression.test(text) ? text : undefined) };
}

export function oneOf<const Choice extends string>(choices: readonly Choice[]): Kind<Choice> {
  const read = (text: string) => choices.find((choice) => choice === text);
  return { word: choices.join('|'), expected: listed(choices), read, choices };
}

/** A TCP port; port 0 lets the system choose a free one. */
export const port: Kind<number> = {
  word: 'PORT',
  expected: 'a port from 0 to 65535 (0 picks a free one)',
  read: (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
};

/** A Go duration, in milliseconds. */
export const duration: Kind<number> = {
  word: 'DURATION',
  expected: 'a duration such as 500ms, 5s or 1m',
  read: (text) => {
    const seconds = secondsOf(text);
    return seconds === undefined ? undefined : seconds * 1000;
  },
};

/** Texts separated by commas; spaces around them and empty ones do not count. */
export const list: Kind<readonly string[]> = {
  word: 'LIST',
  expected: 'a comma-separated list',
  read: (text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
};

/** Words as a message lists them: `yaml, json or diff`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
