import { printable } from '../../core/printable.ts';
import type { ProblemCode } from '../../core/problem.ts';

/** The value of a parameter as expressions see it: whole numbers are CEL `int`, an unset parameter is `null`. */
export type Value = string | bigint | boolean | readonly string[] | null;

/** What is wrong with the text of a parameter, and what to write instead. The caller knows the path. */
export interface ValueProblem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly fix: string;
}

/** Reads the text of an annotation as a value of one type. */
export type Reader = (text: string) => { readonly value: Value } | { readonly problem: ValueProblem };

/** A text as messages show it: quoted, invisible characters escaped, cut after 60 characters. */
export function quoted(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return printable(JSON.stringify(cut));
}

/** A problem as a reader returns it. */
export function problem(code: ProblemCode, message: string, fix: string): { readonly problem: ValueProblem } {
  return { problem: { code, message, fix } };
}
