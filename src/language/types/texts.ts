import { RE2JS } from 're2js';
import { problem, quoted, type Reader, type ValueProblem } from './value.ts';

/** Control, direction-changing and other invisible characters: they hide what a value says and break logs and arguments. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/u;

/** Refuses what no one-line value may hold: nothing at all, too much, or characters that cannot be seen. */
function problemOf(
  text: string,
  code: ValueProblem['code'],
  maxLength: number,
): { readonly problem: ValueProblem } | undefined {
  if (text === '') return problem(code, 'The value is empty.', 'Write a value, or remove the annotation.');
  if (text.length > maxLength) {
    const message = `The value is ${text.length} characters long (it begins with ${quoted(text.slice(0, 20))}).`;
    return problem(code, message, `Write at most ${maxLength} characters.`);
  }
  const at = text.search(unprintable);
  if (at < 0) return undefined;
  const character = text.codePointAt(at)?.toString(16).toUpperCase().padStart(4, '0');
  return problem(code, `Character ${at + 1} of the value cannot be seen (U+${character}).`, 'Remove the character.');
}

/** How a text parameter is bounded. */
export interface TextBounds {
  /** RE2 only: a pattern comes from a template, a value from anyone. */
  readonly pattern?: string | undefined;
  /** What the pattern asks for, in words. */
  readonly hint?: string | undefined;
  readonly maxLength?: number | undefined;
  readonly example?: string | undefined;
}

/** One line of text, optionally matching a pattern as a whole. */
export function stringReader({ pattern, hint, maxLength, example }: TextBounds): Reader {
  const expression = pattern === undefined ? undefined : RE2JS.compile(pattern);
  const fix = `Write ${hint ?? `what ${pattern} matches`}${example === undefined ? '' : `, such as "${example}"`}.`;
  return (text) => {
    const found = problemOf(text, 'bad-string', maxLength ?? 4096);
    if (found) return found;
    if (expression && !expression.matches(text)) {
      return problem('bad-string', `${quoted(text)} is not of the expected form.`, fix);
    }
    return { value: text };
  };
}

export function enumReader(values: readonly string[]): Reader {
  const choices = values.map((value) => `"${value}"`).join(values.length === 2 ? ' or ' : ', ');
  return (text) =>
    values.includes(text)
      ? { value: text }
      : problem('bad-enum', `${quoted(text)} is not one of the choices.`, `Write one of ${choices}.`);
}

/**
 * Absolute paths of a container (where something can be mounted), or relative ones below a folder.
 * Kubernetes refuses `:` in a mount path; `..` would leave the folder that was meant.
 */
export function pathReader(relative: boolean): Reader {
  const fix = relative
    ? 'Write a relative path such as "docs/site".'
    : 'Write an absolute path such as "/var/www/html".';
  return (text) => {
    const found = problemOf(text, 'bad-path', 1024);
    if (found) return found;
    const clean = text.replace(/\/+$/, '');
    if (text.startsWith('/') === relative || text.startsWith('~')) {
      return problem('bad-path', `${quoted(text)} is not ${relative ? 'a relative' : 'an absolute'} path.`, fix);
    }
    if (clean.split('/').some((part, i) => part === '..' || part === '.' || (part === '' && (relative || i > 0)))) {
      return problem('bad-path', `${quoted(text)} has an empty part, "." or "..".`, fix);
    }
    if (clean.split('/').some((part) => Buffer.byteLength(part) > 255)) {
      return problem('bad-path', 'A part of the path is longer than 255 bytes, which no file system can hold.', fix);
    }
    if (text.includes(':') || text.includes('\\')) {
      return problem('bad-path', `${quoted(text)} has a character that a mount path cannot have (":" or "\\").`, fix);
    }
    if (clean === '' || /^\/(proc|sys|dev)(\/|$)/.test(clean)) {
      return problem('bad-path', `${quoted(text)} belongs to the system.`, 'Choose a folder that belongs to the app.');
    }
    return { value: clean };
  };
}

/** An expression may go through a list for each pod. */
const mostItems = 200;

/** Items between commas, spaces around them ignored, each read like a short string; no item twice. */
export function listReader({ pattern, hint, example }: TextBounds): Reader {
  const told = hint?.includes('such as') ? undefined : example;
  const item = stringReader({ pattern, hint, maxLength: 253, example: told?.includes(',') ? undefined : told });
  const whole = told?.includes(',') ? `, such as "${told}"` : '';
  return (text) => {
    if (text.length > 16_384)
      return problem('bad-list', `The list is ${text.length} characters long.`, 'Write at most 16384.');
    const items = text.split(',').map((part) => part.trim());
    if (items.length > mostItems)
      return problem('bad-list', `The list has ${items.length} items.`, `Write at most ${mostItems}.`);
    for (const part of items) {
      const read = item(part);
      if ('problem' in read) {
        return problem(
          'bad-list',
          `In the list: ${read.problem.message}`,
          `${read.problem.fix} Items are separated by commas${whole}.`,
        );
      }
    }
    const twice = items.find((part, i) => items.indexOf(part) !== i);
    if (twice !== undefined)
      return problem('bad-list', `${quoted(twice)} is in the list twice.`, 'Name each item once.');
    return { value: items };
  };
}
