import { messageOf } from '../../core/message-of.ts';
import type { DeclaredFields } from './fields.ts';
import type { DeclarationProblem } from './parameter-type.ts';
import { compiledPattern } from './pattern.ts';
import { problem, quoted, type Reader, type ValueProblem } from './value.ts';

/**
 * Control, direction-changing and other invisible characters: they hide what a value says and break logs and arguments.
 */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/u;

/** The problem of a value that is empty, too long, or has invisible characters. No type accepts such a value. */
export function lineProblem(
  text: string,
  code: ValueProblem['code'],
  maxLength: number,
): { readonly problem: ValueProblem } | undefined {
  if (text === '') return problem(code, 'The value is empty.', 'Write a value, or remove the annotation.');
  if (text.length > maxLength) {
    const message = `The value is ${text.length} characters long (it begins with ${quoted(text.slice(0, 20))}).`;
    return problem(code, message, `Write at most ${maxLength} characters.`);
  }
  const at = text.search(invisible);
  if (at < 0) return undefined;
  const character = text.codePointAt(at)?.toString(16).toUpperCase().padStart(4, '0');
  return problem(code, `Character ${at + 1} of the value is invisible (U+${character}).`, 'Remove the character.');
}

/** Reads one line of text that matches the pattern as a whole, if there is one. RE2 only: values come from anyone. */
export function lineReader({ pattern, hint, example }: DeclaredFields, maxLength: number): Reader {
  const expression = pattern === undefined ? undefined : compiledPattern(pattern);
  const shown = hint?.includes('such as') ? undefined : example;
  const fix = `Write ${hint ?? `what ${pattern} matches`}${shown === undefined ? '' : `, such as "${shown}"`}.`;
  return (text) => {
    const found = lineProblem(text, 'bad-string', maxLength);
    if (found) return found;
    if (expression && !expression.matches(text)) {
      return problem('bad-string', `${quoted(text)} is not in the expected format.`, fix);
    }
    return { value: text };
  };
}

/** What RE2 says about a pattern that it cannot compile. */
export function patternProblems({ pattern }: DeclaredFields): DeclarationProblem[] {
  try {
    if (pattern !== undefined) compiledPattern(pattern);
    return [];
  } catch (error) {
    return [{ key: 'pattern', message: messageOf(error) }];
  }
}
