import type { ProblemCode } from '../../core/problem.ts';

/** The value of a parameter as expressions see it: whole numbers are CEL `int`, an unset parameter is `null`. */
export type Value = string | bigint | boolean | readonly string[] | null;

/** What is wrong with the text of a parameter; the caller knows the place. */
export interface ValueProblem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly fix: string;
}

/** Reads the text of an annotation as a value of one type. */
export type Reader = (text: string) => { readonly value: Value } | { readonly problem: ValueProblem };

/** A text as it is shown inside a message: quoted, control characters escaped, cut after 60 characters. */
export function quoted(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  const escaped = JSON.stringify(cut);
  return escaped.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

export function problem(code: ProblemCode, message: string, fix: string): { readonly problem: ValueProblem } {
  return { problem: { code, message, fix } };
}
